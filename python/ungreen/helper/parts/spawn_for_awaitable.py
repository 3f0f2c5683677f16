# /// part
# defines = ["spawn_for_awaitable", "_result_of"]
# requires = ["green_thread"]
# imports = ["from collections.abc import Awaitable", "from typing import Any"]
# replaces = { "eventlet.asyncio.spawn_for_awaitable" = "spawn_for_awaitable" }
# ///
def spawn_for_awaitable(awaitable: Awaitable[Any]) -> GreenThread:
    """Wait for ``awaitable`` in a green thread; killing the green thread cancels it."""
    return GreenThread(_result_of, (awaitable,), {})._schedule(0)


async def _result_of(awaitable: Awaitable[Any]) -> Any:
    return await awaitable
