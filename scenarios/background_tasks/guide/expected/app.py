import asyncio

from aio_green import spawn_background

async def long_running_task():
    # Simulate a long-running task
    await asyncio.sleep(10)
    print("Task completed")


async def main():
    spawn_background(long_running_task())
    print("Main thread continues to run")


asyncio.run(main())
