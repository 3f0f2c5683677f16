import asyncio

from aio_green import GreenPile, GreenPool


async def slow_square(number):
    await asyncio.sleep(0.01 * (5 - number))
    return number * number


async def resize(name, width, height):
    await asyncio.sleep(0.01)
    return "%s %dx%d" % (name, width, height)


class Crawler:
    def __init__(self, size):
        self.pool = GreenPool(size)
        self.seen = []
        self.most = 0

    async def visit(self, page, depth):
        self.most = max(self.most, self.pool.running())
        await asyncio.sleep(0.01)
        self.seen.append(page)
        if depth:
            for child in range(2):
                # From inside the pool: must not wait for itself for ever
                await self.pool.spawn_n(self.visit, page * 2 + child, depth - 1)

    async def crawl(self, page, depth):
        await self.pool.spawn_n(self.visit, page, depth)
        await self.pool.waitall()
        return sorted(self.seen)


def lazily(numbers, log):
    for number in numbers:
        log.append(number)
        yield number


async def main():
    pool = GreenPool(3)
    # Results come in the order of the input, whoever is ready first
    async for square in pool.imap(slow_square, range(5)):
        print(square)
    print([item async for item in pool.starmap(resize, [("cat", 1, 2), ("dog", 3, 4)])])
    print("running %d, free %d, waiting %d" % (pool.running(), pool.free(), pool.waiting()))

    asked = []
    squares = GreenPool(2).imap(slow_square, lazily(range(100), asked))
    print(await anext(squares), "taken so far:", len(asked) < 10)

    pile = GreenPile(2)
    for number in (4, 3, 2):
        await pile.spawn(slow_square, number)
    print([item async for item in pile])

    threads = [await pool.spawn(slow_square, number) for number in (1, 2)]
    await pool.waitall()
    print([await thread.wait() for thread in threads])

    crawler = Crawler(4)
    print(await crawler.crawl(1, depth=2), crawler.most <= 4)


if __name__ == "__main__":
    asyncio.run(main())
