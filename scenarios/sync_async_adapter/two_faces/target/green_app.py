import asyncio

from kvlib import AsyncClient, KeyValueError


async def count(name, times):
    async with AsyncClient() as client:
        for _ in range(times):
            value = await client.increment(name)
        return name, value


async def main():
    tasks = [asyncio.create_task(count(*args)) for args in [("green", 3), ("blue", 2)]]
    for task in tasks:
        name, value = await task
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
