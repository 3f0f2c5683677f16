# /// part
# defines = ["Condition"]
# requires = ["lock", "rlock", "wake"]
# imports = ["import asyncio", "import inspect", "from collections.abc import Callable", "from typing import Any"]
# awaited = ["Condition.acquire", "Condition.wait", "Condition.wait_for"]
# async_with = ["Condition"]
# replaces = { "threading.Condition" = "Condition", "eventlet.green.threading.Condition" = "Condition" }
# ///
class Condition:
    """A condition that tasks holding its lock can wait for and notify others of."""

    def __init__(self, lock: Lock | RLock | None = None) -> None:
        self._lock = RLock() if lock is None else lock
        self._waiters: list[asyncio.Future[None]] = []

    async def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Acquire the lock; return False if it is held, at once or for ``timeout`` seconds."""
        return await self._lock.acquire(blocking, timeout)

    def release(self) -> None:
        """Release the lock."""
        self._lock.release()

    async def wait(self, timeout: float | None = None) -> bool:
        """Release the lock, wait to be notified, and acquire the lock again.

        Returns False if no notification came within ``timeout`` seconds.
        """
        if not self._is_owned():
            raise RuntimeError("cannot wait on un-acquired lock")
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        depth = self._lock._count if isinstance(self._lock, RLock) else 1
        for _ in range(depth):
            self._lock.release()
        try:
            await asyncio.wait({waiter}, timeout=timeout)
            return waiter.done()
        finally:
            if waiter in self._waiters:
                self._waiters.remove(waiter)
            await self._acquire_again(depth)

    async def wait_for(self, predicate: Callable[[], Any], timeout: float | None = None) -> Any:
        """Wait until ``predicate()`` is true or ``timeout`` seconds are over; return its result."""
        loop = asyncio.get_running_loop()
        deadline = None if timeout is None else loop.time() + timeout
        while True:
            result = predicate()
            if inspect.isawaitable(result):
                result = await result
            remaining = None if deadline is None else deadline - loop.time()
            if result or (remaining is not None and remaining <= 0):
                return result
            await self.wait(remaining)

    def notify(self, n: int = 1) -> None:
        """Wake ``n`` of the tasks that wait, those that came first."""
        if not self._is_owned():
            raise RuntimeError("cannot notify on un-acquired lock")
        for waiter in self._waiters[:n]:
            _wake(waiter)
        del self._waiters[:n]

    def notify_all(self) -> None:
        """Wake all tasks that wait."""
        self.notify(len(self._waiters))

    notifyAll = notify_all

    async def _acquire_again(self, depth: int) -> None:
        """Acquire the lock ``depth`` times, and only then let through what interrupted that."""
        interruption: BaseException | None = None
        while depth:
            try:
                await self._lock.acquire()
                depth -= 1
            except BaseException as exception:
                interruption = exception
        if interruption is not None:
            raise interruption

    def _is_owned(self) -> bool:
        if isinstance(self._lock, RLock):
            return self._lock._owner is asyncio.current_task()
        return self._lock.locked()

    async def __aenter__(self) -> Any:
        return await self._lock.__aenter__()

    async def __aexit__(self, *exc_info: Any) -> None:
        self._lock.release()
