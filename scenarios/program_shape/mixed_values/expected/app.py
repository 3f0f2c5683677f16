"""Functions that are given green generators and lists, functions that switch and builtins, iterators of several classes."""
import asyncio
import itertools

from aio_green import afilter, amap, asorted, azip, iterate, settled


class Pages:
    """Iterates by a generator."""

    def __init__(self, last):
        self.last = last

    async def __aiter__(self):
        for number in range(self.last):
            await asyncio.sleep(0)
            yield number


class Countdown:
    """Iterates by itself."""

    def __init__(self, start):
        self.left = start

    def __aiter__(self):
        return self

    async def __anext__(self):
        await asyncio.sleep(0)
        if self.left == 0:
            raise StopAsyncIteration()
        self.left -= 1
        return self.left


class Book:
    """Gives an iterator of another class."""

    def __init__(self, size):
        self.size = size

    def __aiter__(self):
        return Countdown(self.size)


async def numbers(n):
    for number in range(n):
        await asyncio.sleep(0)
        yield number


async def show(items):
    print([item async for item in iterate(items)])
    return items


async def total(items):
    return sum([element async for element in iterate(items)])


async def record(line):
    await asyncio.sleep(0)
    print("recorded", line)


async def call(function, value):
    return await settled(function(value))


async def halved(number):
    await asyncio.sleep(0)
    return number // 2


async def position(letter):
    await asyncio.sleep(0)
    return "bca".index(letter)


async def main():
    await show(numbers(3))
    await show([5, 6])
    await show(letter for letter in "ab")
    await show(Pages(2))
    await show(Book(3))
    print(await total(numbers(4)), await total((1, 2)), await total(Countdown(3)))
    first, second = [element async for element in Book(2)]
    print(first, second, *[element async for element in Pages(2)])
    countdown = Countdown(3)
    print(await anext(countdown), [element async for element in countdown])
    counter = itertools.count()
    async for page in Pages(2):
        index = next(counter)
        print(index, page)
    print(dict([element async for element in azip("abc", Pages(2))]), [element async for element in azip(numbers(2), Countdown(5))])
    print([element async for element in amap(halved, Pages(3))], [element async for element in afilter(halved, [0, 1, 2])], await asorted("cab", key=position))

    async def callback(value):
        return -value

    print(await call(record, 1), await call(len, "abc"), await call(str, 2), await call(callback, 3))


if __name__ == "__main__":
    asyncio.run(main())
