"""Clients."""
import contextlib
from typing import Iterator, Optional

import eventlet
from eventlet import semaphore

DEFAULT = 5
_MISSING = object()


class Client:
    """A client."""

    retries: int = 3
    timeout = 10

    class Error(Exception):
        pass

    def __init__(self, name, *, size: int = DEFAULT, extra=_MISSING, **options):
        self.name = name
        self.size = size
        self.options = options
        self.beats = 0
        self._lock = semaphore.Semaphore(1)
        self._heart = eventlet.spawn(self._beat)

    @classmethod
    def local(cls, size=1):
        self = cls("local", size=size)
        eventlet.sleep(0)
        return self

    @staticmethod
    def parse(text: str) -> list:
        return text.split()

    @property
    def alive(self):
        return not self._heart.dead

    def _beat(self):
        while True:
            self.beats += 1
            eventlet.sleep(0.01)

    def ask(self, question: str, times: int = 1) -> "Client":
        """Ask."""
        with self._lock:
            for _ in range(times):
                eventlet.sleep(0)
        self.last = question
        return self

    def items(self, *names) -> Iterator[str]:
        for name in names:
            eventlet.sleep(0)
            yield name

    @contextlib.contextmanager
    def session(self, kind="plain"):
        eventlet.sleep(0)
        self.kind = kind
        try:
            yield self
        finally:
            eventlet.sleep(0)
            self.kind = None

    def fail(self):
        eventlet.sleep(0)
        raise Client.Error("failed")

    def merge(self, other: "Client", default={}):
        eventlet.sleep(0)
        return [self.name, other.name]

    def close(self):
        self._heart.kill()

    def __len__(self):
        return self.size

    def __repr__(self):
        return "<Client %s>" % self.name


class Special(Client):
    def ask(self, question, times=1):
        super().ask(question + "!", times)
        return self.last
