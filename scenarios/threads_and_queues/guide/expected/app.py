import asyncio

from aio_green import Thread

async def worker():
    while True:
        item = await q.get()
        if item is None:
            break
        print(f"Processing {item}")
        q.task_done()

q = asyncio.Queue()
threads = []


async def main():
    for i in range(3):
        t = Thread(target=worker)
        await t.start()
        threads.append(t)

    for item in range(10):
        await q.put(item)

    await q.join()

    for i in range(3):
        await q.put(None)
    for t in threads:
        await t.join()


asyncio.run(main())
