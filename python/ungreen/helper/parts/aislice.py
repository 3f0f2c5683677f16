# /// part
# defines = ["aislice"]
# requires = ["iterate"]
# imports = ["import itertools", "from collections.abc import AsyncGenerator", "from typing import Any"]
# async_for = ["aislice"]
# ///
async def aislice(items: Any, *bounds: int | None) -> AsyncGenerator[Any, None]:
    """`itertools.islice` of an asynchronous iterable."""
    selected = slice(*bounds)
    start, stop, step = selected.start or 0, selected.stop, selected.step or 1
    wanted = start
    iterator = iterate(items).__aiter__()
    for index in itertools.count() if stop is None else range(max(start, stop)):
        try:
            item = await iterator.__anext__()
        except StopAsyncIteration:
            return
        if index == wanted:
            yield item
            wanted += step
