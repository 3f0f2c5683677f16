import asyncio

async def worker():
    while True:
        item = await q.get()
        if item is None:
            break
        print(f"Processing {item}")
        q.task_done()

q = asyncio.Queue()

async def main():
    threads = []
    for i in range(3):
        t = asyncio.create_task(worker())
        threads.append(t)

    for item in range(10):
        await q.put(item)

    await q.join()

    for i in range(3):
        await q.put(None)
    for t in threads:
        await t

asyncio.run(main())
