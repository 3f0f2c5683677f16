from eventlet import GreenPile, sleep

from press.pool import WORKERS, my_name, named


class Article(object):
    def __init__(self, title, words):
        self.title = title
        self.words = words
        self.checked_by = None

    def check(self):
        with named("checker of " + self.title):
            sleep(0.02)
            self.checked_by = my_name()
        return self.words > 0


def count_words(articles):
    pile = GreenPile(WORKERS)
    for article in articles:
        pile.spawn(_count, article)
    return sum(pile)


def _count(article):
    sleep(0.001 * (article.words % 7))
    return article.words
