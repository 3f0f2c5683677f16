# /// part
# defines = ["azip"]
# requires = ["iterate"]
# imports = ["from collections.abc import AsyncGenerator", "from typing import Any"]
# async_for = ["azip"]
# ///
async def azip(*iterables: Any) -> AsyncGenerator[tuple[Any, ...], None]:
    """`zip` of iterables, some of which are asynchronous."""
    iterators = [iterate(items).__aiter__() for items in iterables]
    while iterators:
        items = []
        for iterator in iterators:
            try:
                items.append(await iterator.__anext__())
            except StopAsyncIteration:
                return
        yield tuple(items)
