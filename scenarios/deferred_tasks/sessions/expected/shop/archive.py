import asyncio


class Archive:
    def __init__(self):
        self._disk = asyncio.Semaphore()
        self.saved = []

    async def save(self, session):
        async with self._disk:
            await asyncio.sleep(0.01)
            self.saved.append(repr(session))
