# /// part
# defines = ["CappedSemaphore"]
# requires = ["semaphore"]
# imports = ["from typing import Any"]
# awaited = ["CappedSemaphore.acquire", "CappedSemaphore.release"]
# async_with = ["CappedSemaphore"]
# replaces = { "eventlet.semaphore.CappedSemaphore" = "CappedSemaphore" }
# ///
class CappedSemaphore:
    """A semaphore whose `release` waits while ``limit`` permits are left."""

    def __init__(self, count: int, limit: int) -> None:
        if count < 0:
            raise ValueError(
                f"CappedSemaphore must be initialized with a positive number, got {count}"
            )
        if count > limit:
            raise ValueError("'count' cannot be more than 'limit'")
        self.lower_bound = Semaphore(count)
        self.upper_bound = Semaphore(limit - count)

    def locked(self) -> bool:
        """Whether no permit is left."""
        return self.lower_bound.locked()

    def bounded(self) -> bool:
        """Whether `release` would wait."""
        return self.upper_bound.locked()

    @property
    def balance(self) -> int:
        """The permits left, less the tasks that wait for one, less those that wait to release."""
        return self.lower_bound.balance - self.upper_bound.balance

    async def acquire(self, blocking: bool = True) -> bool:
        """Take a permit; return False if ``blocking`` is False and there is none."""
        if not blocking and self.locked():
            return False
        self.upper_bound.release()
        try:
            return await self.lower_bound.acquire()
        except BaseException:
            self.upper_bound.counter -= 1
            raise

    async def release(self, blocking: bool = True) -> bool:
        """Give a permit back; return False if ``blocking`` is False and the limit is reached."""
        if not blocking and self.bounded():
            return False
        self.lower_bound.release()
        try:
            return await self.upper_bound.acquire()
        except BaseException:
            self.lower_bound.counter -= 1
            raise

    async def __aenter__(self) -> None:
        await self.acquire()

    async def __aexit__(self, *exc_info: Any) -> None:
        await self.release()
