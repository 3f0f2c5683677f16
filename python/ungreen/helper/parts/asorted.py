# /// part
# defines = ["asorted"]
# requires = ["iterate", "settled"]
# imports = ["from collections.abc import Callable", "from typing import Any"]
# awaited = ["asorted"]
# ///
async def asorted(
    items: Any, *, key: Callable[[Any], Any] | None = None, reverse: bool = False
) -> list[Any]:
    """`sorted` by keys that coroutines give."""
    keyed = []
    async for item in iterate(items):
        keyed.append((item if key is None else await settled(key(item)), item))
    keyed.sort(key=lambda pair: pair[0], reverse=reverse)
    return [item for _, item in keyed]
