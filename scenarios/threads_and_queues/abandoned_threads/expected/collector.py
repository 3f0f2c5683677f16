import asyncio

from aio_green import Thread

samples = asyncio.Queue()


async def sample(source, period):
    """Runs as long as the program does."""
    number = 0
    while True:
        await samples.put((source, number))
        number += 1
        await asyncio.sleep(period)


async def start(source, period):
    thread = Thread(target=sample, name=source, args=(source,), kwargs={"period": period})
    thread.daemon = True
    await thread.start()
    return thread


async def main():
    threads = [await start("cpu", 0.02), await start("disk", 60)]
    seen = {}
    for _ in range(4):
        source, number = await samples.get()
        seen[source] = number
    print(sorted(seen.items()))
    print([thread.name for thread in threads if thread.is_alive()])


asyncio.run(main())
