import time

from eventlet import Timeout
from eventlet.queue import Queue


class Station:
    def __init__(self, name, delay, degrees):
        self.name = name
        self.delay = delay
        self.degrees = degrees

    def measure(self):
        time.sleep(self.delay)
        return self.degrees

    def report(self, readings: Queue):
        try:
            with Timeout(0.2):
                readings.put((self.name, self.measure()))
        except Timeout:
            readings.put((self.name, None))
