import asyncio

async def long_running_task():
    # Simulate a long-running task
    await asyncio.sleep(10)
    print("Task completed")

async def main():
    task = asyncio.create_task(long_running_task())
    print("Main thread continues to run")

asyncio.run(main())
