# create_task has no delay: the order of a waiting task and of what main does meanwhile changes
import asyncio

async def deferred_task(event):
    print("Waiting for event")
    await event.wait()
    print("Event occurred, executing task")

async def main():
    event = asyncio.Event()
    await asyncio.sleep(0.1)
    event.set()

asyncio.run(main())
