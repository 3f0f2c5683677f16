"""Generators and iterators, one after the other, through pools."""
import asyncio

from aio_green import GreenPile, GreenPool, azip


async def numbers(n):
    for i in range(n):
        await asyncio.sleep(0)
        yield i


async def square(x):
    await asyncio.sleep(0.001 * (5 - x % 5))
    if x == 7:
        raise KeyError(x)
    return x * x


async def batched(items, size):
    batch = []
    async for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


class Stage:
    def __init__(self, source, pool):
        self.source = source
        self.pool = pool

    async def __aiter__(self):
        async for value in self.pool.imap(square, self.source):
            yield value


async def main():
    pool = GreenPool(3)
    print([b async for b in batched(Stage(numbers(6), pool), 4)])
    it = pool.imap(square, range(10))
    seen = []
    try:
        async for v in it:
            seen.append(v)
    except KeyError as e:
        print('key', e, seen)
    pile = GreenPile(2)
    for x in range(4):
        await pile.spawn(square, x)
    print([element async for element in pile])
    print(sum([x async for x in numbers(5) if x % 2]), max([element async for element in numbers(4)]), dict([element async for element in azip(numbers(2), 'ab')]))
    inner = GreenPool()

    async def outer(n):
        threads = [await inner.spawn(square, i) for i in range(n)]
        return sum([await t.wait() for t in threads])

    async def call_outer(a, b):
        return await outer(a) + b

    print([element async for element in pool.starmap(call_outer, [(2, 1), (3, 2)])])
    print(pool.running(), pool.free(), pool.waiting())
    pool.resize(1)
    print(pool.size, pool.free())


if __name__ == "__main__":
    asyncio.run(main())
