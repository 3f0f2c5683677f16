"""Sends files in the background, a few at a time."""
import eventlet
from eventlet.queue import Queue


class Refused(Exception):
    pass


class Uploader:
    pause = 0.01

    def __init__(self, workers=2):
        self.queue = Queue()
        self.sent = []
        self.failed = 0
        self._threads = [eventlet.spawn(self._work) for _ in range(workers)]

    def _transmit(self, name):
        """The network; the tests replace it."""
        raise NotImplementedError

    def send(self, name, attempts=3):
        for attempt in range(attempts):
            try:
                return self._transmit(name)
            except OSError:
                eventlet.sleep(self.pause)
        raise Refused(name)

    def _work(self):
        while True:
            name = self.queue.get()
            try:
                self.sent.append(self.send(name))
            except Refused:
                self.failed += 1
            finally:
                self.queue.task_done()

    def submit(self, *names):
        for name in names:
            self.queue.put(name)

    def flush(self):
        self.queue.join()

    def close(self):
        for thread in self._threads:
            thread.kill()
