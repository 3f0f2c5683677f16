# /// part
# defines = ["ThreadSemaphore"]
# requires = ["semaphore"]
# imports = ["from typing import Any"]
# awaited = ["ThreadSemaphore.acquire"]
# async_with = ["ThreadSemaphore"]
# replaces = { "threading.Semaphore" = "ThreadSemaphore", "eventlet.green.threading.Semaphore" = "ThreadSemaphore" }
# ///
class ThreadSemaphore:
    """A counter of permits with the methods of the one for threads."""

    def __init__(self, value: int = 1) -> None:
        if value < 0:
            raise ValueError("semaphore initial value must be >= 0")
        self._permits = Semaphore(value)

    async def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        """Take a permit; return False if there is none, at once or within ``timeout`` seconds."""
        if not blocking and timeout is not None:
            raise ValueError("can't specify timeout for non-blocking acquire")
        return await self._permits.acquire(blocking, None if timeout is None else max(timeout, 0))

    def release(self, n: int = 1) -> None:
        """Give ``n`` permits back."""
        if n < 1:
            raise ValueError("n must be one or more")
        for _ in range(n):
            self._permits.release()

    async def __aenter__(self) -> bool:
        return await self.acquire()

    async def __aexit__(self, *exc_info: Any) -> None:
        self.release()
