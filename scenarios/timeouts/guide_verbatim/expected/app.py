import asyncio

async def with_timeout():
    try:
        async with asyncio.timeout(5):
            # Operation that should timeout
            await asyncio.sleep(10)
            print("This won't be reached")
    except TimeoutError:
        print("Operation timed out")
