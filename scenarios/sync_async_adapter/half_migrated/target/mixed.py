"""Half way through its migration: the leaves are coroutines already."""
import asyncio


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
    ticking = asyncio.create_task(ticker(ticks))
    print(await resolve("www"))
    tasks = [asyncio.create_task(resolve(name)) for name in ["mail", "gopher", "ftp"]]
    print([await task for task in tasks])
    later = asyncio.create_task(lookup_all(["a", "b"]))
    await asyncio.sleep(0)
    print(await later)
    ticking.cancel()
    await asyncio.gather(ticking, return_exceptions=True)
    print("ticked:", len(ticks) > 3)


if __name__ == "__main__":
    asyncio.run(main())
