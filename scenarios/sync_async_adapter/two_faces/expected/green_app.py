import asyncio

from aio_green import GreenPool
from kvlib import AsyncClient, KeyValueError


async def count(name, times):
    async with AsyncClient() as client:
        for _ in range(times):
            value = await client.increment(name)
        return name, value


async def main():
    pool = GreenPool()
    async for name, value in pool.starmap(count, [("green", 3), ("blue", 2)]):
        print(name, value)
    client = AsyncClient()
    try:
        await client.command("DELETE everything")
    except KeyValueError as error:
        print("refused:", error)
    finally:
        await client.close()
    print(AsyncClient.check_key("a key"))


if __name__ == "__main__":
    asyncio.run(main())
