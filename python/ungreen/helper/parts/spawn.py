# /// part
# defines = ["spawn"]
# requires = ["green_thread"]
# imports = ["from collections.abc import Callable", "from typing import Any"]
# replaces = { "eventlet.greenthread.spawn" = "spawn" }
# ///
def spawn(func: Callable[..., Any], *args: Any, **kwargs: Any) -> GreenThread:
    """Run ``func(*args, **kwargs)`` in a green thread that starts at the next pass of the loop."""
    return GreenThread(func, args, kwargs)._schedule(0)
