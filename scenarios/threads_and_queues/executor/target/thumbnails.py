import asyncio

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
    slots = asyncio.Semaphore(4)

    async def submit(function, *args):
        async with slots:
            return await function(*args)

    measured = [asyncio.create_task(submit(measure, name)) for name in SIZES]
    for name, task in zip(SIZES, measured):
        print("%s has %d kB" % (name, await task))

    pending = {asyncio.create_task(submit(shrink, name)): name for name in SIZES}
    names = dict(pending)
    done, failed = [], []
    while pending:
        finished, _ = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        for task in finished:
            del pending[task]
            try:
                done.append(await task)
            except ValueError as error:
                failed.append((names[task], str(error)))
    for name, size in done:
        print("shrunk %s to %d kB" % (name, size))
    for name, reason in failed:
        print("skipped %s: %s" % (name, reason))


if __name__ == "__main__":
    asyncio.run(main())
