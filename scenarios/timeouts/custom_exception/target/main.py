import asyncio

from errors import BackendError, BackendTooSlow


async def query(service, duration):
    await asyncio.sleep(duration)
    if service == "stock":
        raise BackendError("stock is closed")
    return "%s answered" % service


async def ask(service, duration, limit=0.1):
    try:
        async with asyncio.timeout(limit) as timeout:
            return await query(service, duration)
    except TimeoutError:
        if timeout.expired():
            raise BackendTooSlow(service, limit) from None
        raise


async def ask_with_class(service, duration):
    try:
        async with asyncio.timeout(0.05) as timeout:
            return await query(service, duration)
    except TimeoutError:
        if timeout.expired():
            raise BackendTooSlow from None
        raise


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
