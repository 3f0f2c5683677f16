"""Fetches pages, some at a time."""

import asyncio

from aio_green import GreenPool


async def fetch(url, results):
    await asyncio.sleep(0.01 * len(url))
    await results.put((url, len(url)))


async def fetch_all(urls):
    results = asyncio.Queue()
    pool = GreenPool(2)
    for url in urls:
        await pool.spawn_n(fetch, url, results)
    await pool.waitall()
    found = {}
    while not results.empty():
        url, size = await results.get()
        found[url] = size
    return found
