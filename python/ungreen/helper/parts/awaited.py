# /// part
# defines = ["awaited"]
# requires = ["settled"]
# imports = ["from collections.abc import Callable", "from typing import Any"]
# awaited = ["awaited"]
# ///
async def awaited(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Call `function` and wait for what it gives: for callers that look for `async def`."""
    return await settled(function(*args, **kwargs))
