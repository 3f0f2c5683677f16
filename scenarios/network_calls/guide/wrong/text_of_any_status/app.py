# The guide's own version: text in place of bytes, and an error page is as good as any other
import asyncio
import os

import aiohttp

async def fetch_url(session, url):
    async with session.get(url) as response:
        return await response.text()

base = os.environ['BASE']
urls = [base + '/slow', base + '/index', base + '/news']

async def main():
    async with aiohttp.ClientSession() as session:
        tasks = [fetch_url(session, url) for url in urls]
        for body in await asyncio.gather(*tasks):
            print(body)

asyncio.run(main())
