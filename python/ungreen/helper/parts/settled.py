# /// part
# defines = ["settled"]
# requires = []
# imports = ["import inspect", "from typing import Any"]
# awaited = ["settled"]
# ///
async def settled(value: Any) -> Any:
    """Return `value`, awaited if need be: the result of a call that may be that of a coroutine."""
    return await value if inspect.isawaitable(value) else value
