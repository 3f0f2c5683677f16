# /// part
# defines = ["Semaphore"]
# requires = ["wake"]
# imports = ["import asyncio", "import collections", "from typing import Any"]
# awaited = ["Semaphore.acquire"]
# async_with = ["Semaphore"]
# replaces = { "eventlet.semaphore.Semaphore" = "Semaphore" }
# ///
class Semaphore:
    """A counter of permits; a task that finds none waits for its turn.

    `release` signals the first waiter and does not hand the permit over: a non-blocking `acquire`
    may be faster, and the waiter then keeps its place.
    """

    def __init__(self, value: int = 1) -> None:
        try:
            value = int(value)
        except ValueError as error:
            raise TypeError(
                f"Semaphore() expect value :: int, actual: {type(value)} {error}"
            ) from None
        if value < 0:
            raise ValueError(f"Semaphore() expect value >= 0, actual: {value!r}")
        self.counter = value
        self._waiters: collections.deque[asyncio.Future[None]] = collections.deque()

    def locked(self) -> bool:
        """Whether no permit is left."""
        return self.counter <= 0

    def bounded(self) -> bool:
        """Always False: there is no upper limit."""
        return False

    @property
    def balance(self) -> int:
        """The permits left, less the tasks that wait for one."""
        return self.counter - len(self._waiters)

    async def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        """Take a permit; return False if there is none, at once or within ``timeout`` seconds."""
        if timeout == -1:
            timeout = None
        if timeout is not None and timeout < 0:
            raise ValueError("timeout value must be strictly positive")
        if not blocking and timeout is not None:
            raise ValueError("can't specify timeout for non-blocking acquire")
        if self.counter > 0 and not (self._waiters and blocking):
            self.counter -= 1
            return True
        return blocking and await self._wait(timeout)

    def release(self, blocking: bool = True) -> bool:
        """Give a permit back; return True. ``blocking`` has no effect."""
        self.counter += 1
        self._signal()
        return True

    async def _wait(self, timeout: float | None) -> bool:
        loop = asyncio.get_running_loop()
        deadline = None if timeout is None else loop.time() + timeout
        waiter = loop.create_future()
        self._waiters.append(waiter)
        try:
            while True:
                if deadline is None:
                    await waiter
                else:
                    await asyncio.wait({waiter}, timeout=max(0, deadline - loop.time()))
                if not waiter.done():
                    return False
                if self.counter > 0:
                    self.counter -= 1
                    return True
                place = self._waiters.index(waiter)
                waiter = self._waiters[place] = loop.create_future()
        finally:
            self._waiters.remove(waiter)
            self._signal()

    def _signal(self) -> None:
        """Wake as many of the first waiters as there are permits."""
        for _, waiter in zip(range(self.counter), self._waiters):
            _wake(waiter)

    async def __aenter__(self) -> None:
        await self.acquire()

    async def __aexit__(self, *exc_info: Any) -> None:
        self.release()
