"""Clients."""
import asyncio
import contextlib
from typing import AsyncIterator, Optional

from .aio_green import FaceAttribute, SyncFace, spawn

DEFAULT = 5
_MISSING = object()


class AsyncClient:
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
        self._lock = asyncio.Semaphore(1)
        self._heart = spawn(self._beat)

    @classmethod
    async def local(cls, size=1):
        self = cls("local", size=size)
        await asyncio.sleep(0)
        return self

    @staticmethod
    def parse(text: str) -> list:
        return text.split()

    @property
    def alive(self):
        return not self._heart.dead

    async def _beat(self):
        while True:
            self.beats += 1
            await asyncio.sleep(0.01)

    async def ask(self, question: str, times: int = 1) -> "AsyncClient":
        """Ask."""
        async with self._lock:
            for _ in range(times):
                await asyncio.sleep(0)
        self.last = question
        return self

    async def items(self, *names) -> AsyncIterator[str]:
        for name in names:
            await asyncio.sleep(0)
            yield name

    @contextlib.asynccontextmanager
    async def session(self, kind="plain"):
        await asyncio.sleep(0)
        self.kind = kind
        try:
            yield self
        finally:
            await asyncio.sleep(0)
            self.kind = None

    async def fail(self):
        await asyncio.sleep(0)
        raise AsyncClient.Error("failed")

    async def merge(self, other: "AsyncClient", default={}):
        await asyncio.sleep(0)
        return [self.name, other.name]

    async def close(self):
        await self._heart.kill()

    def __len__(self):
        return self.size

    def __repr__(self):
        return "<Client %s>" % self.name


class Client(SyncFace, asynchronous=AsyncClient):
    """The synchronous face of `AsyncClient`, for code without an event loop."""

    retries = FaceAttribute()
    timeout = FaceAttribute()
    Error = FaceAttribute()

    def __init__(self, name, *, size: int = DEFAULT, extra=_MISSING, **options):
        super().__init__(name, size=size, extra=extra, **options)

    @classmethod
    def local(cls, size=1):
        return cls._call(cls._asynchronous.local, size)

    parse = staticmethod(AsyncClient.parse)

    def ask(self, question: str, times: int = 1) -> "Client":
        return self._call(self._async.ask, question, times)

    def items(self, *names):
        return self._iterate(self._async.items, *names)

    def session(self, kind="plain"):
        return self._enter(self._async.session, kind)

    def fail(self):
        return self._call(self._async.fail)

    def merge(self, *args, **kwargs):
        return self._call(self._async.merge, *args, **kwargs)

    def close(self):
        return self._call(self._async.close)

    def __len__(self):
        return self._call(self._async.__len__)

    def __repr__(self):
        return self._async.__repr__()


class AsyncSpecial(AsyncClient):
    async def ask(self, question, times=1):
        await super().ask(question + "!", times)
        return self.last


class Special(Client, asynchronous=AsyncSpecial):
    """The synchronous face of `AsyncSpecial`, for code without an event loop."""

    def ask(self, question, times=1):
        return self._call(self._async.ask, question, times)
