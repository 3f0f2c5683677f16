"""A cache that forgets, filled from a slow store."""
import asyncio


class Store:
    def __init__(self, path):
        self.path = path

    @classmethod
    async def create(cls, path):
        self = cls(path)
        await self._start()
        return self

    async def _start(self):
        self.data = await self._load()  # takes its time

    async def _load(self):
        await asyncio.sleep(0.02)
        return {"a": 1, "b": 2, "path": self.path}

    async def fetch(self, key):
        await asyncio.sleep(0.01)
        return self.data[key]


class Cache:
    lifetime = 0.1

    def __init__(self, store):
        self.store = store
        self.entries = {}
        self.misses = 0
        self._closed = False
        # Forget old entries in the background
        self._sweeper = asyncio.create_task(self._sweep())

    async def _sweep(self):
        while not self._closed:
            await asyncio.sleep(self.lifetime)
            self.entries.clear()

    def __getitem__(self, key):
        return self.entries[key]

    def __len__(self):
        return len(self.entries)

    async def get(self, key):
        if key not in self.entries:
            self.misses += 1
            self.entries[key] = await self.store.fetch(key)
        return self[key]

    async def close(self):
        self._closed = True
        await self._sweeper


class LoggedCache(Cache):
    def __init__(self, store, log):
        super().__init__(store)
        self.log = log

    async def get(self, key):
        value = await super().get(key)
        self.log("%s = %r" % (key, value))
        return value


async def main():
    cache = LoggedCache(await Store.create("/var/db"), log=print)
    for key in ("a", "b", "a", "path"):
        await cache.get(key)
    print("misses %d, entries %d" % (cache.misses, len(cache)))
    await asyncio.sleep(0.15)
    print("entries", len(cache))
    await cache.get("a")
    print("misses", cache.misses)
    await cache.close()
    print("closed with", len(cache))


if __name__ == "__main__":
    asyncio.run(main())
