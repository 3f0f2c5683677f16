import asyncio

async def long_running_task():
    # Simulate a long-running task
    await asyncio.sleep(0.1)
    print("Task completed")
    return "result"


async def main():
    task = asyncio.create_task(long_running_task())
    print("Main thread continues to run")
    print(await task)


asyncio.run(main())
