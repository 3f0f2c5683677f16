# /// part
# defines = ["RLock"]
# requires = ["semaphore"]
# imports = ["import asyncio", "from typing import Any"]
# awaited = ["RLock.acquire"]
# async_with = ["RLock"]
# replaces = { "threading.RLock" = "RLock", "eventlet.green.threading.RLock" = "RLock" }
# ///
class RLock:
    """A lock that the task holding it may acquire again."""

    def __init__(self) -> None:
        self._lock = Semaphore(1)
        self._owner: asyncio.Task[Any] | None = None
        self._count = 0

    async def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take the lock; return False if it is held, at once or for ``timeout`` seconds."""
        task = asyncio.current_task()
        if self._owner is task:
            self._count += 1
            return True
        if not await self._lock.acquire(blocking, None if timeout == -1 else timeout):
            return False
        self._owner = task
        self._count = 1
        return True

    def release(self) -> None:
        """Undo one `acquire`; raise RuntimeError if this task does not hold the lock."""
        if self._owner is None or self._owner is not asyncio.current_task():
            raise RuntimeError("cannot release un-acquired lock")
        self._count -= 1
        if self._count == 0:
            self._owner = None
            self._lock.release()

    async def __aenter__(self) -> bool:
        return await self.acquire()

    async def __aexit__(self, *exc_info: Any) -> None:
        self.release()
