import asyncio

async def with_timeout():
    try:
        async with asyncio.timeout(0.1):
            # Operation that should timeout
            await asyncio.sleep(0.3)
            print("This won't be reached")
    except TimeoutError:
        print("Operation timed out")

asyncio.run(with_timeout())
