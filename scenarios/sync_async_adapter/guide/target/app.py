import asyncio
import os

from hypotheticlib import AsyncClient


async def main():
    client = AsyncClient()
    result = await client.request(os.environ["API"] + "/data")
    print(result)
    print(await client.request(os.environ["API"] + "/plain"))


asyncio.run(main())
