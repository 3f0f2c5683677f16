"""Walks through the pages of an API, lazily."""
import asyncio
import contextlib
import itertools

PAGES = {None: (["a", "b"], "p2"), "p2": (["c"], "p3"), "p3": (["d", "e"], None)}
requests = []


async def get(cursor):
    requests.append(cursor)
    await asyncio.sleep(0.01)
    return PAGES[cursor]


async def pages():
    cursor = None
    while True:
        items, cursor = await get(cursor)
        yield items
        if cursor is None:
            return


async def items():
    """All items, whatever page they are on."""
    try:
        async for page in pages():
            for element in page:
                yield element
    finally:
        print("  (closed after %d requests)" % len(requests))


async def numbered(iterable, start=1):
    numbers = itertools.count(start)
    async for item in iterable:
        number = next(numbers)
        yield "%d. %s" % (number, item)


async def find(wanted):
    async with contextlib.aclosing(items()) as generator:
        async for item in generator:
            if item == wanted:
                return item
    return None


async def main():
    async for line in numbered(items()):
        print(line)

    del requests[:]
    print("found", await find("b"))
    print("requests for it:", requests)

    del requests[:]
    print("first page:", await anext(pages()))
    print("all:", [element async for element in items()])
    print("upper:", [item.upper() async for item in items() if item > "b"])
    print("longest page:", max([len(page) async for page in pages()]))
    everything = {item: len(requests) async for item in items()}
    print(everything["a"] < everything["e"])


if __name__ == "__main__":
    asyncio.run(main())
