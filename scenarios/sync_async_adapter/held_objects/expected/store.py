"""A store that works slowly."""
import asyncio

from aio_green import SyncFace, spawn_n


class AsyncStore:
    def __init__(self):
        self.values = {}
        self._jobs = asyncio.Queue()
        self._worker = spawn_n(self._work)

    async def _work(self):
        while True:
            key, value, done = await self._jobs.get()
            await asyncio.sleep(0.001)
            self.values[key] = value
            await done.put(key)

    async def put(self, key, value):
        done = asyncio.Queue()
        await self._jobs.put((key, value, done))
        return await done.get()

    async def get(self, key):
        await asyncio.sleep(0)
        if key not in self.values:
            raise KeyError(key)
        return self.values[key]


class Store(SyncFace, asynchronous=AsyncStore):
    """The synchronous face of `AsyncStore`, for code without an event loop."""

    def __init__(self):
        super().__init__()

    def put(self, key, value):
        return self._call(self._async.put, key, value)

    def get(self, key):
        return self._call(self._async.get, key)


class Report:
    """Holds a store and makes no green threads."""

    def __init__(self, store: AsyncStore):
        self.store = store

    async def line(self, key):
        return "%s=%s" % (key, await self.store.get(key))
