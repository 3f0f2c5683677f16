import asyncio

# Never more than two downloads from the same mirror ...
downloads = asyncio.Semaphore(2)
# ... and one write to the catalog
catalog = asyncio.BoundedSemaphore()


class Gauge:
    """How many are inside, and how many there were at most."""

    def __init__(self):
        self.now = 0
        self.peak = 0

    def __enter__(self):
        self.now += 1
        self.peak = max(self.peak, self.now)

    def __exit__(self, *_exc):
        self.now -= 1
