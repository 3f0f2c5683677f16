"""Half way through its migration: the leaves are coroutines already."""

import asyncio

from aio_green import GreenPool, hub_exceptions, spawn


async def lookup(name):
    await asyncio.sleep(0.02)
    if name == "gopher":
        raise LookupError(name)
    return name + ".example.org"


async def lookup_all(names):
    return await asyncio.gather(*(lookup(name) for name in names))


async def resolve(name):
    """What green code calls."""
    try:
        return await lookup(name)
    except LookupError as error:
        return "no %s" % error


async def ticker(ticks):
    while True:
        ticks.append(1)
        await asyncio.sleep(0.005)


async def main():
    ticks = []
    ticking = spawn(ticker, ticks)
    print(await resolve("www"))
    pool = GreenPool()
    print([item async for item in pool.imap(resolve, ["mail", "gopher", "ftp"])])
    later = asyncio.ensure_future(lookup_all(["a", "b"]))
    await asyncio.sleep(0)
    print(await later)
    await ticking.kill()
    print("ticked:", len(ticks) > 3)


if __name__ == "__main__":
    # A failed lookup is reported by whoever waits for it
    hub_exceptions(False)
    asyncio.run(main())
