# /// part
# defines = ["spawn_after"]
# requires = ["green_thread"]
# imports = ["from collections.abc import Callable", "from typing import Any"]
# replaces = { "eventlet.greenthread.spawn_after" = "spawn_after" }
# ///
def spawn_after(seconds: float, func: Callable[..., Any], *args: Any, **kwargs: Any) -> GreenThread:
    """Run ``func(*args, **kwargs)`` in a green thread that starts ``seconds`` from now."""
    return GreenThread(func, args, kwargs)._schedule(seconds)
