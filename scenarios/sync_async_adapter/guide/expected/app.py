import asyncio
import os

from hypotheticlib import Client

client = Client()


async def main():
    result = await client.request(os.environ["API"] + "/data") # Non-blocking due to Eventlet
    print(result)
    print(await client.request(os.environ["API"] + "/plain"))


asyncio.run(main())
