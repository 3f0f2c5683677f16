import asyncio
import os

from aio_green import AsyncSocket, spawn_background

async def blocking_operation():
    # This socket operation is patched to be non-blocking
    sock = AsyncSocket()
    await sock.connect(('127.0.0.1', int(os.environ['PORT'])))
    # This sleep is patched to yield to other green threads
    await asyncio.sleep(0.1)
    print("operation done")

async def meanwhile():
    for n in range(3):
        print("meanwhile", n)
        await asyncio.sleep(0.01)


async def main():
    spawn_background(meanwhile())
    await blocking_operation()


asyncio.run(main())
