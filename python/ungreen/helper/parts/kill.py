# /// part
# defines = ["kill"]
# requires = ["green_thread"]
# imports = ["import asyncio", "from typing import Any"]
# awaited = ["kill"]
# replaces = { "eventlet.greenthread.kill" = "kill" }
# ///
def kill(green_thread: GreenThread, *throw_args: Any) -> asyncio.Future[None]:
    """Kill a green thread; see `GreenThread.kill`."""
    return green_thread.kill(*throw_args)
