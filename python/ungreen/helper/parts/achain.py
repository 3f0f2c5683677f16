# /// part
# defines = ["achain"]
# requires = ["iterate"]
# imports = ["from collections.abc import AsyncGenerator", "from typing import Any"]
# async_for = ["achain"]
# ///
async def achain(*iterables: Any) -> AsyncGenerator[Any, None]:
    """`itertools.chain` of iterables, some of which are asynchronous."""
    for items in iterables:
        async for item in iterate(items):
            yield item
