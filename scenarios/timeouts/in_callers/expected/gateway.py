import asyncio

from aio_green import Timeout

TIMEOUT = 0.1


class Gateway:
    """Talks to the payment service. Lets eventlet's Timeout out to whoever asked."""

    def __init__(self, latency):
        self.latency = latency
        self.open_requests = 0

    async def _transmit(self, amount):
        self.open_requests += 1
        try:
            await asyncio.sleep(self.latency)
            return "receipt for %d" % amount
        finally:
            self.open_requests -= 1

    async def charge(self, amount):
        async with Timeout(TIMEOUT):
            return await self._transmit(amount)
