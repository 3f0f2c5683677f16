# /// part
# defines = ["getcurrent"]
# requires = ["green_thread"]
# imports = ["import asyncio", "from typing import Any"]
# replaces = { "greenlet.getcurrent" = "getcurrent" }
# ///
def getcurrent() -> GreenThread | asyncio.Task[Any] | None:
    """The running green thread; the running task if it is not one; None outside of any task."""
    task = asyncio.current_task()
    return None if task is None else _green_threads.get(task, task)
