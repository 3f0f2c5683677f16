import sys

import eventlet

from press import pool
from press.articles import Article, count_words

ARTICLES = [Article("tides", 300), Article("bees", 120), Article("void", 0), Article("stones", 90), Article("salt", 45)]


def publish(article, published):
    # Runs on the pool and sends more work there
    follow_up = pool.run(announce, article)
    eventlet.sleep(0.01)
    published.append(article.title)
    return follow_up


def announce(article):
    eventlet.sleep(0.01)
    return "new: " + article.title


def main():
    checks = [(article, pool.run(article.check)) for article in ARTICLES]
    print("at most %d at work:" % pool.WORKERS.size, pool.WORKERS.running() <= 4)
    good = [article for article, check in checks if check.wait()]
    print([article.title for article in good])
    print(ARTICLES[1].checked_by, "/", pool.my_name())
    print("words:", count_words(ARTICLES))

    published = []
    announcements = []
    for thread in [pool.run(publish, article, published) for article in good]:
        announcements.append(thread.wait().wait())
    pool.WORKERS.waitall()
    print(sorted(published), *announcements, sep="\n")
    print("busy:", pool.WORKERS.running(), "free:", pool.WORKERS.free())


if __name__ == "__main__":
    sys.exit(main())
