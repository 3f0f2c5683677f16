import asyncio

from aio_green import spawn_after

async def deferred_task(evt):
    print("Waiting for event")
    await evt.wait()
    print("Event occurred, executing task")

evt = asyncio.Event()


async def main():
    task = spawn_after(0.05, deferred_task, evt)
    await asyncio.sleep(0.1)
    evt.set()
    await task.wait()


asyncio.run(main())
