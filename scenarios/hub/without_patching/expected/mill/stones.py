"""What both scripts share."""
from eventlet import hubs, sleep
from eventlet.greenpool import GreenPool
from eventlet.semaphore import Semaphore


class Mill:
    def __init__(self, stones=2):
        self.pool = GreenPool(10)
        self.stones = Semaphore(stones)
        self.busy = self.most_busy = 0

    def grind(self, grain):
        with self.stones:
            self.busy += 1
            self.most_busy = max(self.most_busy, self.busy)
            sleep(0.01)
            self.busy -= 1
        return grain + " flour"

    def grind_all(self, grains):
        return list(self.pool.imap(self.grind, grains))


def engine():
    return "(%s)" % type(hubs.get_hub()).__module__
