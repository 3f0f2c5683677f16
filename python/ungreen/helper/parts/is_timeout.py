# /// part
# defines = ["is_timeout"]
# requires = []
# imports = ["import asyncio", "from typing import Any"]
# replaces = { "eventlet.timeout.is_timeout" = "is_timeout" }
# ///
def is_timeout(value: Any) -> bool:
    """Whether ``value`` is a TimeoutError or has a true ``is_timeout``, as a `Timeout` has."""
    return isinstance(value, (TimeoutError, asyncio.TimeoutError)) or bool(
        getattr(value, "is_timeout", False)
    )
