# /// part
# defines = ["_interrupts", "_interrupt", "_interruptible"]
# requires = ["wake"]
# imports = [
#   "import asyncio", "import collections", "import functools", "import sys", "import types", "import weakref",
#   "from collections.abc import Coroutine, Generator", "from typing import Any",
# ]
# ///
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
