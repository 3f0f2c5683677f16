# /// part
# defines = ["with_timeout"]
# requires = ["sentinel", "timeout"]
# imports = ["import inspect", "from collections.abc import Callable", "from typing import Any"]
# awaited = ["with_timeout"]
# replaces = { "eventlet.timeout.with_timeout" = "with_timeout" }
# ///
async def with_timeout(
    seconds: float | None,
    func: Callable[..., Any],
    *args: Any,
    timeout_value: Any = _MISSING,
    **kwargs: Any,
) -> Any:
    """Return ``func(*args, **kwargs)``, awaited if need be, limited to ``seconds``.

    When they expire, return ``timeout_value`` if given, else raise `Timeout`.
    """
    timeout = Timeout(seconds)
    try:
        async with timeout:
            result = func(*args, **kwargs)
            return await result if inspect.isawaitable(result) else result
    except Timeout as expired:
        if expired is timeout and timeout_value is not _MISSING:
            return timeout_value
        raise
