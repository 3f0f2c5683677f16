# SPDX-License-Identifier: 0BSD
# ungreen-helper: Timeout with_timeout
"""What this program used of Eventlet, on asyncio.

Written by `ungreen migrate`. It depends on nothing but the standard library and is yours to keep,
to change and to license as you like.
"""

from __future__ import annotations

import asyncio
import collections
import functools
import inspect
import sys
import types
import weakref
from collections.abc import Callable, Coroutine, Generator
from types import TracebackType
from typing import Any

_MISSING: Any = object()


def _wake(waiter: asyncio.Future[Any], result: Any = None) -> None:
    """Set the result of ``waiter``, unless it has one or was given up."""
    if not waiter.done():
        waiter.set_result(result)


_interrupts: weakref.WeakKeyDictionary[
    asyncio.Task[Any], collections.deque[tuple[BaseException, asyncio.Future[None]]]
] = weakref.WeakKeyDictionary()


def _interrupt(task: asyncio.Task[Any], exception: BaseException) -> asyncio.Future[None] | None:
    """Throw ``exception`` into ``task`` at the ``await`` where it is suspended.

    Returns a future that is done when the task has run on to its next suspension or to its end,
    or None if the task does not run under `_interruptible` and only ``Task.cancel`` can stop it.
    """
    pending = _interrupts.get(task)
    if pending is None:
        return None
    delivered = asyncio.get_running_loop().create_future()
    pending.append((exception, delivered))
    if len(pending) == 1:
        task.cancel()
    return delivered


@types.coroutine
def _interruptible(coroutine: Coroutine[Any, Any, Any]) -> Generator[Any, Any, Any]:
    """Await ``coroutine`` so that `_interrupt` can throw any exception into the current task.

    The task is cancelled to end whatever it is waiting for; the CancelledError that follows is
    replaced here by the exception asked for.
    """
    task = asyncio.current_task()
    assert task is not None
    if task in _interrupts:
        return (yield from coroutine.__await__())
    pending = _interrupts[task] = collections.deque()
    delivered: asyncio.Future[None] | None = None
    resume = functools.partial(coroutine.send, None)
    try:
        while True:
            try:
                awaited = resume()
            except StopIteration as stop:
                return stop.value
            finally:
                if delivered is not None:
                    _wake(delivered)
                delivered = None
            if pending:
                task.cancel()
            try:
                resume = functools.partial(coroutine.send, (yield awaited))
            except asyncio.CancelledError as cancelled:
                if pending:
                    exception, delivered = pending.popleft()
                    if sys.version_info >= (3, 11):
                        task.uncancel()
                else:
                    exception = cancelled
                resume = functools.partial(coroutine.throw, exception)
            except BaseException as thrown:
                resume = functools.partial(coroutine.throw, thrown)
    finally:
        del _interrupts[task]
        for _, undelivered in pending:
            _wake(undelivered)


class Timeout(BaseException):
    """A limit of ``seconds`` for what the current task does next; None is no limit.

    The clock starts at construction. On expiry ``async with`` raises the timeout itself, or
    ``exception`` if one is given, or leaves the block silently if ``exception`` is False. Within
    the block the expiry is a cancellation, so that libraries clean up as they do for any other.
    """

    def __init__(
        self,
        seconds: float | None = None,
        exception: BaseException | type[BaseException] | bool | None = None,
    ) -> None:
        self.seconds = seconds
        self.exception = exception
        self._handle: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[Any] | None = None
        self._cancelling = 0
        self._scoped = False
        self._cancelled_task = False
        self.start()

    def start(self) -> Timeout:
        """Start the clock again after `cancel`."""
        assert not self.pending, f"{self!r} is already started; to restart it, cancel it first"
        if self.seconds is not None:
            self._task = asyncio.current_task()
            assert self._task is not None, "a Timeout limits a task and there is none"
            if sys.version_info >= (3, 11):
                self._cancelling = self._task.cancelling()
            loop = asyncio.get_running_loop()
            self._handle = loop.call_later(max(self.seconds, 0), self._expire, self._task)
        return self

    @property
    def pending(self) -> bool:
        """Whether the clock is running."""
        return self._handle is not None

    @property
    def is_timeout(self) -> bool:
        """Always True."""
        return True

    def cancel(self) -> None:
        """Stop the clock.

        In the ``finally`` of a task that only ``Task.cancel`` can stop, raises the expired timeout
        in place of the cancellation in flight.
        """
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        if self._expired_in(sys.exc_info()[0]):
            raise self._raised() from None

    def _expire(self, task: asyncio.Task[Any]) -> None:
        self._handle = None
        if self._scoped or _interrupt(task, self._raised()) is None:
            self._cancelled_task = True
            task.cancel()

    def _expired_in(self, kind: type[BaseException] | None) -> bool:
        """Whether ``kind`` is this expiry's cancellation of the task, which ends hereby."""
        if not self._cancelled_task or self._task is None:
            return False
        self._cancelled_task = False
        cancelled_by_others = (
            sys.version_info >= (3, 11) and self._task.uncancel() > self._cancelling
        )
        return kind is asyncio.CancelledError and not cancelled_by_others

    def _raised(self) -> BaseException:
        if self.exception is None or isinstance(self.exception, bool):
            return self
        return self.exception() if isinstance(self.exception, type) else self.exception

    async def __aenter__(self) -> Timeout:
        self._scoped = True
        if self._handle is None and not self._cancelled_task:
            self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        self._scoped = False
        expired = self._expired_in(kind)
        self.cancel()
        if expired and self.exception is not False:
            raise self._raised() from None
        return expired or (value is self and self.exception is False)

    def __str__(self) -> str:
        if self.seconds is None:
            return ""
        text = f"{self.seconds} second{'' if self.seconds == 1 else 's'}"
        if self.exception is None or self.exception is True:
            return text
        return f"{text} ({'silent' if self.exception is False else self.exception})"

    def __repr__(self) -> str:
        pending = " pending" if self.pending else ""
        exception = "" if self.exception is None else f" exception={self.exception!r}"
        name = type(self).__name__
        return f"<{name} at {id(self):#x} seconds={self.seconds}{exception}{pending}>"


async def with_timeout(
    seconds: float | None,
    func: Callable[..., Any],
    *args: Any,
    timeout_value: Any = _MISSING,
    **kwargs: Any,
) -> Any:
    """Return ``func(*args, **kwargs)``, awaited if need be, limited to ``seconds``.

    When they expire, return ``timeout_value`` if given, else raise `Timeout`.
    """
    timeout = Timeout(seconds)
    try:
        async with timeout:
            result = func(*args, **kwargs)
            return await result if inspect.isawaitable(result) else result
    except Timeout as expired:
        if expired is timeout and timeout_value is not _MISSING:
            return timeout_value
        raise
