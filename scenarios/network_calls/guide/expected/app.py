import asyncio
import os

from aio_green import GreenPool, http_session

async def fetch_url(url):
    async with http_session().get(url) as response:
        return await response.read()

base = os.environ['BASE']
urls = [base + '/slow', base + '/index', base + '/news']

pool = GreenPool()


async def main():
    async for body in pool.imap(fetch_url, urls):
        print(body)


asyncio.run(main())
