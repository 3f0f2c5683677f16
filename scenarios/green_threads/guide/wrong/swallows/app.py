# Tasks are created and never get a turn
import asyncio
import time

async def task1():
    while True:
        print("Task 1 running")
        await asyncio.sleep(0.1)

async def task2():
    while True:
        print("Task 2 running")
        await asyncio.sleep(0.1)

async def main():
    task_1 = asyncio.create_task(task1())
    task_2 = asyncio.create_task(task2())
    time.sleep(0.45)
    task_1.cancel()
    task_2.cancel()

asyncio.run(main())
