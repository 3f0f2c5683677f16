import asyncio

from aio_green import TaskExecutor, as_completed

SIZES = {"a.jpg": 30, "b.jpg": 10, "broken.jpg": 0, "c.jpg": 20}


async def measure(name):
    await asyncio.sleep(0.02)
    return SIZES[name]


async def shrink(name):
    size = await measure(name)
    if not size:
        raise ValueError("%s is empty" % name)
    # the bigger the picture, the longer it takes
    await asyncio.sleep(size / 200)
    return name, size // 2


async def main():
    async with TaskExecutor(max_workers=4) as executor:
        for name, size in zip(SIZES, [item async for item in executor.map(measure, SIZES)]):
            print("%s has %d kB" % (name, size))

        futures = {executor.submit(shrink, name): name for name in SIZES}
        done, failed = [], []
        async for future in as_completed(futures):
            try:
                done.append(await future.result())
            except ValueError as error:
                failed.append((futures[future], str(error)))
    for name, size in done:
        print("shrunk %s to %d kB" % (name, size))
    for name, reason in failed:
        print("skipped %s: %s" % (name, reason))


if __name__ == "__main__":
    asyncio.run(main())
