# /// part
# defines = ["spawn_after_local"]
# requires = ["green_thread"]
# imports = ["import asyncio", "from collections.abc import Callable", "from typing import Any"]
# replaces = { "eventlet.greenthread.spawn_after_local" = "spawn_after_local" }
# ///
def spawn_after_local(
    seconds: float, func: Callable[..., Any], *args: Any, **kwargs: Any
) -> GreenThread:
    """Like `spawn_after`, but never start if the current task has ended by then."""
    green_thread = GreenThread(func, args, kwargs)
    owner = asyncio.current_task()
    if owner is not None:
        owner.add_done_callback(lambda _: green_thread.cancel())
    return green_thread._schedule(seconds)
