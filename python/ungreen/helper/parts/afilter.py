# /// part
# defines = ["afilter"]
# requires = ["iterate", "settled"]
# imports = ["from collections.abc import AsyncGenerator, Callable", "from typing import Any"]
# async_for = ["afilter"]
# ///
async def afilter(function: Callable[[Any], Any] | None, items: Any) -> AsyncGenerator[Any, None]:
    """`filter` of an asynchronous iterable."""
    async for item in iterate(items):
        if item if function is None else await settled(function(item)):
            yield item
