"""Knows nothing about green threads and must go on working as it is."""
import asyncio

from kvlib import Client

client = Client()


async def main():
    print(await client.get("color"), await client.get("taste", "unknown"))
    print(await client.increment("size"))
    await client.close()
    async with Client() as other:
        print(await other.set("done", "yes"))


asyncio.run(main())
