import asyncio
import sys

from press import pool
from press.articles import Article, count_words

ARTICLES = [Article("tides", 300), Article("bees", 120), Article("void", 0), Article("stones", 90), Article("salt", 45)]


async def publish(article, published):
    # Runs on the pool and sends more work there
    follow_up = await pool.run(announce, article)
    await asyncio.sleep(0.01)
    published.append(article.title)
    return follow_up


async def announce(article):
    await asyncio.sleep(0.01)
    return "new: " + article.title


async def main():
    checks = [(article, await pool.run(article.check)) for article in ARTICLES]
    print("at most %d at work:" % pool.WORKERS.size, pool.WORKERS.running() <= 4)
    good = [article for article, check in checks if await check.wait()]
    print([article.title for article in good])
    print(ARTICLES[1].checked_by, "/", pool.my_name())
    print("words:", await count_words(ARTICLES))

    published = []
    announcements = []
    for thread in [await pool.run(publish, article, published) for article in good]:
        announcements.append(await (await thread.wait()).wait())
    await pool.WORKERS.waitall()
    print(sorted(published), *announcements, sep="\n")
    print("busy:", pool.WORKERS.running(), "free:", pool.WORKERS.free())


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
