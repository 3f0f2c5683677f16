# SPDX-License-Identifier: 0BSD
# ungreen-helper: Semaphore spawn_background
"""What this program used of Eventlet, on asyncio.

Written by `ungreen migrate`. It depends on nothing but the standard library and is yours to keep,
to change and to license as you like.
"""

from __future__ import annotations

import asyncio
import collections
import traceback
from collections.abc import Coroutine
from typing import Any

_REPORT = {"enabled": True}


def _report(exception: BaseException) -> None:
    """Report what ended a green thread that nobody may be waiting for, at once.

    Eventlet's hub prints the traceback on standard error, and so does this, unless the event loop
    has an exception handler of its own, which then gets it.
    """
    if not _REPORT["enabled"]:
        return
    loop = asyncio.get_running_loop()
    if loop.get_exception_handler() is None:
        traceback.print_exception(type(exception), exception, exception.__traceback__)
    else:
        loop.call_exception_handler(
            {"message": "exception in green thread", "exception": exception}
        )


_background: set[asyncio.Task[Any]] = set()


def spawn_background(coroutine: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
    """Run ``coroutine`` in a task of its own that nobody waits for.

    The task is kept alive until it ends (the event loop alone would not), and an exception that
    ends it is reported at once.
    """

    def ended(task: asyncio.Task[Any]) -> None:
        _background.discard(task)
        exception = None if task.cancelled() else task.exception()
        if exception is not None and not isinstance(exception, (SystemExit, KeyboardInterrupt)):
            _report(exception)

    task = asyncio.get_running_loop().create_task(coroutine)
    _background.add(task)
    task.add_done_callback(ended)
    return task


def _wake(waiter: asyncio.Future[Any], result: Any = None) -> None:
    """Set the result of ``waiter``, unless it has one or was given up."""
    if not waiter.done():
        waiter.set_result(result)


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
