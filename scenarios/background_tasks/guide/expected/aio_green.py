# SPDX-License-Identifier: 0BSD
# ungreen-helper: spawn_background
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
