import asyncio

samples = asyncio.Queue()


async def sample(source, period):
    """Runs as long as the program does."""
    number = 0
    while True:
        await samples.put((source, number))
        number += 1
        await asyncio.sleep(period)


def start(source, period):
    return asyncio.create_task(sample(source, period=period), name=source)


async def main():
    threads = [start("cpu", 0.02), start("disk", 60)]
    seen = {}
    for _ in range(4):
        source, number = await samples.get()
        seen[source] = number
    print(sorted(seen.items()))
    print([thread.get_name() for thread in threads if not thread.done()])


asyncio.run(main())
