import eventlet

from .limits import GaveUp, limited


class Client:
    def __init__(self, delays):
        self.delays = list(delays)
        self.attempts = 0

    def fetch(self):
        delay = self.delays[self.attempts]
        self.attempts += 1
        eventlet.sleep(delay)
        return "page %d" % self.attempts

    def fetch_with_retries(self, limits=(0.03, 0.06, 0.12)):
        for limit in limits:
            try:
                with eventlet.Timeout(limit):
                    page = self.fetch()
            except eventlet.Timeout:
                print("  attempt %d: nothing in %s s" % (self.attempts, limit))
                eventlet.sleep(0.01)
            else:
                break
        else:
            raise GaveUp("after %d attempts" % self.attempts)
        return page

    @limited(0.05)
    def ping(self):
        """Is anybody there?"""
        self.fetch()
        return "pong"
