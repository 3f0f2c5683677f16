# /// part
# defines = ["iterate", "_iterate"]
# requires = []
# imports = ["from collections.abc import AsyncGenerator", "from typing import Any"]
# ///
def iterate(items: Any) -> Any:
    """Return what `async for` takes, for an asynchronous iterable or a plain one."""
    return items if hasattr(type(items), "__aiter__") else _iterate(items)


async def _iterate(items: Any) -> AsyncGenerator[Any, None]:
    for item in items:
        yield item
