# /// part
# defines = ["aenumerate"]
# requires = ["iterate"]
# imports = ["from collections.abc import AsyncGenerator", "from typing import Any"]
# async_for = ["aenumerate"]
# ///
async def aenumerate(items: Any, start: int = 0) -> AsyncGenerator[tuple[int, Any], None]:
    """`enumerate` of an asynchronous iterable."""
    async for item in iterate(items):
        yield start, item
        start += 1
