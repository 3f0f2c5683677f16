"""Try again after a while. Nothing in here knows about Eventlet."""
import asyncio


async def retry(function, errors, attempts=4, first_delay=0.02):
    delay = first_delay
    for attempt in range(1, attempts + 1):
        try:
            return await function()
        except errors as error:
            if attempt == attempts:
                raise
            print("attempt %d failed (%s), again in %.2f s" % (attempt, type(error).__name__, delay))
            await asyncio.sleep(delay)
            delay *= 2
