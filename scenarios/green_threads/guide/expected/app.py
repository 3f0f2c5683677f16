import asyncio

from aio_green import spawn_background

async def task1():
    while True:
        print("Task 1 running")
        await asyncio.sleep(0.1)

async def task2():
    while True:
        print("Task 2 running")
        await asyncio.sleep(0.1)


async def main():
    spawn_background(task1())
    spawn_background(task2())

    await asyncio.sleep(0.45)  # Let tasks run for a while


asyncio.run(main())
