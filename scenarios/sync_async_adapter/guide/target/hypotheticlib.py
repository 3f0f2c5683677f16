# hypotheticlib.py
import asyncio

import aiohttp


class AsyncClient:
    headers = {
        'User-Agent': 'sync-client'
    }

    async def request(self, url):
        timeout = aiohttp.ClientTimeout(total=None)
        async with aiohttp.ClientSession(trust_env=True, timeout=timeout) as session:
            async with session.get(url) as response:
                return await response.json(content_type=None)


class Client:
    """The synchronous face of AsyncClient."""

    def __init__(self):
        self._client = AsyncClient()

    @property
    def headers(self):
        return self._client.headers

    def request(self, url):
        return _run(self._client.request(url))


def _run(coroutine):
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    coroutine.close()
    raise RuntimeError("Cannot run a synchronous call while an event loop is running; use AsyncClient.")
