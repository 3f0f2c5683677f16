"""A store that works slowly."""
import eventlet
from eventlet import queue


class Store:
    def __init__(self):
        self.values = {}
        self._jobs = queue.Queue()
        self._worker = eventlet.spawn_n(self._work)

    def _work(self):
        while True:
            key, value, done = self._jobs.get()
            eventlet.sleep(0.001)
            self.values[key] = value
            done.put(key)

    def put(self, key, value):
        done = queue.Queue()
        self._jobs.put((key, value, done))
        return done.get()

    def get(self, key):
        eventlet.sleep(0)
        if key not in self.values:
            raise KeyError(key)
        return self.values[key]


class Report:
    """Holds a store and makes no green threads."""

    def __init__(self, store: Store):
        self.store = store

    def line(self, key):
        return "%s=%s" % (key, self.store.get(key))
