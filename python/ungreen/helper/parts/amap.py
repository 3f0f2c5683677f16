# /// part
# defines = ["amap"]
# requires = ["azip", "settled"]
# imports = ["from collections.abc import AsyncGenerator, Callable", "from typing import Any"]
# async_for = ["amap"]
# ///
async def amap(function: Callable[..., Any], *iterables: Any) -> AsyncGenerator[Any, None]:
    """`map` over iterables, some of which are asynchronous."""
    async for items in azip(*iterables):
        yield await settled(function(*items))
