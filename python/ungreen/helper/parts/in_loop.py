# /// part
# defines = ["in_loop"]
# requires = ["run_sync"]
# imports = ["import functools", "from collections.abc import Callable, Coroutine", "from typing import Any"]
# ///
def in_loop(function: Callable[..., Coroutine[Any, Any, Any]]) -> Callable[..., Any]:
    """Make a coroutine function callable by code that does not await, such as a test runner.

    Each call runs in an event loop of its own.
    """

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        return run_sync(function(*args, **kwargs))

    return call
