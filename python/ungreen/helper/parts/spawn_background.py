# /// part
# defines = ["_background", "spawn_background"]
# requires = ["report"]
# imports = ["import asyncio", "from collections.abc import Coroutine", "from typing import Any"]
# ///
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
