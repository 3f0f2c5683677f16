import asyncio
import os

async def blocking_operation():
    # This socket operation is patched to be non-blocking
    reader, writer = await asyncio.open_connection('127.0.0.1', int(os.environ['PORT']))
    try:
        # This sleep is patched to yield to other green threads
        await asyncio.sleep(0.1)
        print("operation done")
    finally:
        writer.close()

async def meanwhile():
    for n in range(3):
        print("meanwhile", n)
        await asyncio.sleep(0.01)

async def main():
    task = asyncio.create_task(meanwhile())
    await blocking_operation()

asyncio.run(main())
