import asyncio

from aio_green import AsyncSocket

async def blocking_operation():
    # This socket operation is patched to be non-blocking
    sock = AsyncSocket()
    await sock.connect(('example.com', 80))
    # This sleep is patched to yield to other green threads
    await asyncio.sleep(1)
