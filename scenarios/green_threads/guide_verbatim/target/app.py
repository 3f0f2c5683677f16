import asyncio

async def task1():
    while True:
        print("Task 1 running")
        await asyncio.sleep(1)

async def task2():
    while True:
        print("Task 2 running")
        await asyncio.sleep(1)

async def main():
    task_1 = asyncio.create_task(task1())
    task_2 = asyncio.create_task(task2())

    await asyncio.sleep(5)  # Let tasks run for a while

asyncio.run(main())
