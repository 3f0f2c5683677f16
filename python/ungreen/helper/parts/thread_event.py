# /// part
# defines = ["ThreadEvent"]
# requires = ["wake"]
# imports = ["import asyncio"]
# awaited = ["ThreadEvent.wait"]
# replaces = { "threading.Event" = "ThreadEvent", "eventlet.green.threading.Event" = "ThreadEvent" }
# ///
class ThreadEvent:
    """A flag that tasks can wait for, with the methods of the one for threads."""

    def __init__(self) -> None:
        self._flag = False
        self._waiters: dict[asyncio.Future[None], None] = {}

    def is_set(self) -> bool:
        """Whether the flag is set."""
        return self._flag

    isSet = is_set

    def set(self) -> None:
        """Set the flag and wake all that wait for it."""
        self._flag = True
        for waiter in self._waiters:
            _wake(waiter)

    def clear(self) -> None:
        """Clear the flag."""
        self._flag = False

    async def wait(self, timeout: float | None = None) -> bool:
        """Wait until the flag is set; return False if that takes more than ``timeout`` seconds."""
        if self._flag:
            return True
        waiter = asyncio.get_running_loop().create_future()
        self._waiters[waiter] = None
        try:
            await asyncio.wait({waiter}, timeout=timeout)
        finally:
            del self._waiters[waiter]
        return waiter.done()
