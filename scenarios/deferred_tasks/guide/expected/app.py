import asyncio

from aio_green import spawn_after

async def deferred_task(evt):
    print("Waiting for event")
    await evt.wait()
    print("Event occurred, executing task")

evt = asyncio.Event()


async def main():
    spawn_after(0.05, deferred_task, evt)
    await asyncio.sleep(0.1)
    evt.set()


asyncio.run(main())
