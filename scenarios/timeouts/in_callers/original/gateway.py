from eventlet import sleep
from eventlet.timeout import Timeout

TIMEOUT = 0.1


class Gateway:
    """Talks to the payment service. Lets eventlet's Timeout out to whoever asked."""

    def __init__(self, latency):
        self.latency = latency
        self.open_requests = 0

    def _transmit(self, amount):
        self.open_requests += 1
        try:
            sleep(self.latency)
            return "receipt for %d" % amount
        finally:
            self.open_requests -= 1

    def charge(self, amount):
        with Timeout(TIMEOUT):
            return self._transmit(amount)
