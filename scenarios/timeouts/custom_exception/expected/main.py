import asyncio

from aio_green import Timeout
from errors import BackendError, BackendTooSlow


async def query(service, duration):
    await asyncio.sleep(duration)
    if service == "stock":
        raise BackendError("stock is closed")
    return "%s answered" % service


async def ask(service, duration, limit=0.1):
    async with Timeout(limit, BackendTooSlow(service, limit)):
        return await query(service, duration)


async def ask_with_class(service, duration):
    async with Timeout(0.05, BackendTooSlow):
        return await query(service, duration)


async def report(question, *args):
    try:
        print(await question(*args))
    except BackendTooSlow as slow:
        print("slow:", slow)
    except BackendError as error:
        print("failed:", error)
    finally:
        print("asked", args[0])


async def main():
    await report(ask, "price", 0.01)
    await report(ask, "rating", 0.2)
    await report(ask, "rating", 0.03, 0.02)
    await report(ask_with_class, "reviews", 0.2)
    await report(ask, "stock", 0.01)


asyncio.run(main())
