import asyncio

from .limits import GaveUp, limited


class Client:
    def __init__(self, delays):
        self.delays = list(delays)
        self.attempts = 0

    async def fetch(self):
        delay = self.delays[self.attempts]
        self.attempts += 1
        await asyncio.sleep(delay)
        return "page %d" % self.attempts

    async def fetch_with_retries(self, limits=(0.03, 0.06, 0.12)):
        for limit in limits:
            try:
                async with asyncio.timeout(limit):
                    page = await self.fetch()
            except TimeoutError:
                print("  attempt %d: nothing in %s s" % (self.attempts, limit))
                await asyncio.sleep(0.01)
            else:
                break
        else:
            raise GaveUp("after %d attempts" % self.attempts)
        return page

    @limited(0.05)
    async def ping(self):
        """Is anybody there?"""
        await self.fetch()
        return "pong"
