import asyncio

from app.aio_green import GreenPool, green_wait


class NoData(Exception):
    pass


limit = asyncio.Semaphore(2)


async def build(day):
    async with limit:
        await asyncio.sleep(0.01)
        if day == "never":
            raise NoData(day)
        return f"report of {day}"


async def _run(days):
    pool = GreenPool(2)
    total = 0
    async for text in pool.imap(build, days):
        print(text)
        total += len(text)
    return total


def run(days):
    return green_wait(_run(days))
