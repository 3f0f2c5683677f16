# SPDX-License-Identifier: 0BSD
# ungreen-helper: Event spawn_background
"""What this program used of Eventlet, on asyncio.

Written by `ungreen migrate`. It depends on nothing but the standard library and is yours to keep,
to change and to license as you like.
"""

from __future__ import annotations

import asyncio
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


_MISSING: Any = object()


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


class Event:
    """A value or an exception that is sent once and received by every waiter.

    Waiters are woken in the order in which they came.
    """

    def __init__(self) -> None:
        self._waiters: dict[asyncio.Future[tuple[Any, BaseException | None]], None] = {}
        self._result: Any = None
        self._exception: BaseException | None = None
        self.reset()

    def reset(self) -> None:
        """Forget what was sent, so that the event can be used again."""
        assert self._result is not _MISSING, "Trying to re-reset() a fresh event."
        self._result = _MISSING
        self._exception = None

    def ready(self) -> bool:
        """Whether a value or an exception was sent."""
        return self._result is not _MISSING

    def has_exception(self) -> bool:
        """Whether an exception was sent."""
        return self._exception is not None

    def has_result(self) -> bool:
        """Whether a value was sent."""
        return self.ready() and self._exception is None

    def poll(self, notready: Any = None) -> Any:
        """Return the value or raise the exception; ``notready`` if nothing was sent."""
        return self._received() if self.ready() else notready

    def poll_result(self, notready: Any = None) -> Any:
        """Return the value; ``notready`` if none was sent."""
        return self._received() if self.has_result() else notready

    def poll_exception(self, notready: Any = None) -> Any:
        """Raise the exception; return ``notready`` if none was sent."""
        return self._received() if self.has_exception() else notready

    def send(self, result: Any = None, exc: Any = None) -> None:
        """Send a value, or the exception ``exc``: an instance, a class or an ``exc_info`` tuple."""
        assert self._result is _MISSING, "Trying to re-send() an already-triggered event."
        if isinstance(exc, tuple):
            kind, *rest = exc
            value = rest[0] if rest else None
            if isinstance(value, BaseException):
                exc = value
            else:
                exc = kind if value is None else kind(value)
        if isinstance(exc, type):
            exc = exc()
        self._result = result
        self._exception = exc
        for waiter in self._waiters:
            _wake(waiter, (result, exc))

    def send_exception(self, *args: Any) -> None:
        """Send an exception, given like the arguments of ``raise`` or as ``exc_info``."""
        self.send(None, args)

    async def wait(self, timeout: float | None = None) -> Any:
        """Return the value sent or raise the exception sent.

        Returns None if neither comes within ``timeout`` seconds.
        """
        if self.ready():
            return self._received()
        waiter = asyncio.get_running_loop().create_future()
        self._waiters[waiter] = None
        try:
            if timeout is None:
                await waiter
            else:
                await asyncio.wait({waiter}, timeout=timeout)
                if not waiter.done():
                    return None
            result, exception = waiter.result()
        finally:
            del self._waiters[waiter]
        if exception is not None:
            raise exception
        return result

    def _received(self) -> Any:
        if self._exception is not None:
            raise self._exception
        return self._result
