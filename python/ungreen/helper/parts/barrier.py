# /// part
# defines = ["Barrier"]
# requires = ["wake"]
# imports = [
#   "import asyncio", "import inspect", "import threading", "from collections.abc import Callable", "from typing import Any",
# ]
# awaited = ["Barrier.wait"]
# replaces = { "threading.Barrier" = "Barrier", "eventlet.green.threading.Barrier" = "Barrier" }
# ///
class Barrier:
    """A point at which ``parties`` tasks wait for one another, again and again.

    Raises ``threading.BrokenBarrierError``.
    """

    def __init__(
        self,
        parties: int,
        action: Callable[[], Any] | None = None,
        timeout: float | None = None,
    ) -> None:
        if parties < 1:
            raise ValueError("parties must be >= 1")
        self.parties = parties
        self._action = action
        self._timeout = timeout
        self._broken = False
        self._waiters: list[asyncio.Future[bool]] = []

    @property
    def n_waiting(self) -> int:
        """The number of tasks that wait."""
        return len(self._waiters)

    @property
    def broken(self) -> bool:
        """Whether the barrier is broken, by `abort`, by a timeout or by a failing action."""
        return self._broken

    async def wait(self, timeout: float | None = None) -> int:
        """Wait for the others; return how many had come before."""
        if self._broken:
            raise threading.BrokenBarrierError
        index = len(self._waiters)
        if index == self.parties - 1:
            await self._pass()
            return index
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            await asyncio.wait({waiter}, timeout=self._timeout if timeout is None else timeout)
        except BaseException:
            if not waiter.done():
                self.abort()
            raise
        if not waiter.done():
            self.abort()
        if not waiter.result():
            raise threading.BrokenBarrierError
        return index

    async def _pass(self) -> None:
        try:
            result = None if self._action is None else self._action()
            if inspect.isawaitable(result):
                await result
        except BaseException:
            self.abort()
            raise
        self._release(passed=True)

    def _release(self, passed: bool) -> None:
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            _wake(waiter, passed)

    def reset(self) -> None:
        """Make the barrier new; those that wait get ``threading.BrokenBarrierError``."""
        self._release(passed=False)
        self._broken = False

    def abort(self) -> None:
        """Break the barrier."""
        self._broken = True
        self._release(passed=False)
