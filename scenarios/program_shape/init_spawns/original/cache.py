"""A cache that forgets, filled from a slow store."""
import eventlet


class Store:
    def __init__(self, path):
        self.path = path
        self.data = self._load()  # takes its time

    def _load(self):
        eventlet.sleep(0.02)
        return {"a": 1, "b": 2, "path": self.path}

    def fetch(self, key):
        eventlet.sleep(0.01)
        return self.data[key]


class Cache:
    lifetime = 0.1

    def __init__(self, store):
        self.store = store
        self.entries = {}
        self.misses = 0
        self._closed = False
        # Forget old entries in the background
        self._sweeper = eventlet.spawn(self._sweep)

    def _sweep(self):
        while not self._closed:
            eventlet.sleep(self.lifetime)
            self.entries.clear()

    def __getitem__(self, key):
        return self.entries[key]

    def __len__(self):
        return len(self.entries)

    def get(self, key):
        if key not in self.entries:
            self.misses += 1
            self.entries[key] = self.store.fetch(key)
        return self[key]

    def close(self):
        self._closed = True
        self._sweeper.wait()


class LoggedCache(Cache):
    def __init__(self, store, log):
        super().__init__(store)
        self.log = log

    def get(self, key):
        value = super().get(key)
        self.log("%s = %r" % (key, value))
        return value


def main():
    cache = LoggedCache(Store("/var/db"), log=print)
    for key in ("a", "b", "a", "path"):
        cache.get(key)
    print("misses %d, entries %d" % (cache.misses, len(cache)))
    eventlet.sleep(0.15)
    print("entries", len(cache))
    cache.get("a")
    print("misses", cache.misses)
    cache.close()
    print("closed with", len(cache))


if __name__ == "__main__":
    main()
