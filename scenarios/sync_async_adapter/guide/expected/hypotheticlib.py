# hypotheticlib.py
import asyncio

import requests

class Client:
    headers = {
        'User-Agent': 'sync-client'
    }

    async def request(self, url):
        response = await asyncio.to_thread(requests.get, url)
        return response.json()
