# /// part
# defines = ["_wake"]
# requires = []
# imports = ["import asyncio", "from typing import Any"]
# ///
def _wake(waiter: asyncio.Future[Any], result: Any = None) -> None:
    """Set the result of ``waiter``, unless it has one or was given up."""
    if not waiter.done():
        waiter.set_result(result)
