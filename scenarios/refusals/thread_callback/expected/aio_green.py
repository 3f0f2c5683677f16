# SPDX-License-Identifier: 0BSD
# ungreen-helper: run
"""What this program used of Eventlet, on asyncio.

Written by `ungreen migrate`. It depends on nothing but the standard library and is yours to keep,
to change and to license as you like.
"""

from __future__ import annotations

import asyncio
import collections
import concurrent.futures
import functools
import inspect
import signal
import sys
import threading
import types
import weakref
from collections.abc import Coroutine, Generator
from types import FrameType
from typing import Any


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


def run(main: Coroutine[Any, Any, Any], *, threads: int = 20) -> Any:
    """Run ``main`` as the main green thread of the program and return its result.

    ``asyncio.to_thread`` gets ``threads`` threads. The first Ctrl-C raises KeyboardInterrupt in
    ``main``, at the ``await`` where it is suspended, and the second at once. When ``main`` ends,
    tasks that have not started never do, and those that have are canceled.
    """

    handles_interrupts = (
        threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )

    async def run_main() -> Any:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(concurrent.futures.ThreadPoolExecutor(threads))
        task = asyncio.current_task()
        assert task is not None
        interrupted = False

        def on_interrupt(signum: int, frame: FrameType | None) -> None:
            nonlocal interrupted
            if interrupted:
                raise KeyboardInterrupt
            interrupted = True
            loop.call_soon_threadsafe(_interrupt, task, KeyboardInterrupt())

        if handles_interrupts:
            signal.signal(signal.SIGINT, on_interrupt)
        try:
            return await _interruptible(main)
        finally:
            if handles_interrupts:
                signal.signal(signal.SIGINT, signal.default_int_handler)
            for other in asyncio.all_tasks():
                coroutine = other.get_coro()
                if inspect.iscoroutine(coroutine) and (
                    inspect.getcoroutinestate(coroutine) == inspect.CORO_CREATED
                ):
                    other.cancel()

    return asyncio.run(run_main())
