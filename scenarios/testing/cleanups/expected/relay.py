"""A relay: takes messages from one queue and hands them to whoever listens."""
import asyncio

from aio_green import spawn


class Relay:
    def __init__(self, pause=0.0):
        self.messages = asyncio.Queue()
        self.heard = []
        self.pause = pause
        self.thread = spawn(self._run)

    async def _run(self):
        while True:
            message = await self.messages.get()
            await asyncio.sleep(self.pause)
            self.heard.append(message)

    async def say(self, message):
        await self.messages.put(message)

    async def close(self, how="at once"):
        await asyncio.sleep(0)
        await self.thread.kill()
        self.heard.append("closed %s" % how)
