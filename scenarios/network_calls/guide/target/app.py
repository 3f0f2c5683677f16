import asyncio
import os

import aiohttp

async def fetch_url(session, url):
    async with session.get(url) as response:
        return await response.read()

base = os.environ['BASE']
urls = [base + '/slow', base + '/index', base + '/news']

async def main():
    timeout = aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(trust_env=True, raise_for_status=True, timeout=timeout) as session:
        tasks = [asyncio.create_task(fetch_url(session, url)) for url in urls]
        for task in tasks:
            print(await task)

asyncio.run(main())
