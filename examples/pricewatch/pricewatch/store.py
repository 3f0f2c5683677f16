"""The latest prices, and who waits for changes."""

from eventlet import queue, semaphore
from eventlet.event import Event


class Store:
    """Prices by name. Subscribers get every change through a queue of their own."""

    def __init__(self, backlog=100):
        self.backlog = backlog
        self.prices = {}
        self.lock = semaphore.Semaphore()
        self.first = Event()
        self.subscribers = []

    def update(self, name, price):
        """Keep a price; returns whether it is new."""
        with self.lock:
            if self.prices.get(name) == price:
                return False
            self.prices[name] = price
            for changes in self.subscribers:
                changes.put((name, price))
        if not self.first.ready():
            self.first.send(name)
        return True

    def wait_for_first(self):
        """The name of the first price that comes in."""
        return self.first.wait()

    def subscribe(self):
        changes = queue.Queue(self.backlog)
        self.subscribers.append(changes)
        return changes

    def unsubscribe(self, changes):
        self.subscribers.remove(changes)
