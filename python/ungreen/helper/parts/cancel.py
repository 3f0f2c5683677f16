# /// part
# defines = ["cancel"]
# requires = ["green_thread"]
# imports = ["from typing import Any"]
# replaces = { "eventlet.greenthread.cancel" = "cancel" }
# ///
def cancel(green_thread: GreenThread, *throw_args: Any) -> None:
    """Keep a green thread from starting; see `GreenThread.cancel`."""
    green_thread.cancel(*throw_args)
