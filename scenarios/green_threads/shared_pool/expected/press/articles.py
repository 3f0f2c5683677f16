import asyncio

from press.aio_green import GreenPile
from press.pool import WORKERS, my_name, named


class Article(object):
    def __init__(self, title, words):
        self.title = title
        self.words = words
        self.checked_by = None

    async def check(self):
        with named("checker of " + self.title):
            await asyncio.sleep(0.02)
            self.checked_by = my_name()
        return self.words > 0


async def count_words(articles):
    pile = GreenPile(WORKERS)
    for article in articles:
        await pile.spawn(_count, article)
    return sum([item async for item in pile])


async def _count(article):
    await asyncio.sleep(0.001 * (article.words % 7))
    return article.words
