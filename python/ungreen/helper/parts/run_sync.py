# /// part
# defines = ["run_sync", "_on_eventlet_hub", "_refuse_in_running_loop"]
# requires = []
# imports = ["import asyncio", "import sys", "from collections.abc import Coroutine", "from typing import Any"]
# ///
def run_sync(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run ``coroutine`` from code that cannot await it and return its result.

    In a green thread on Eventlet's asyncio hub, other green threads run meanwhile. Elsewhere it
    runs in an event loop of its own; in a coroutine that is impossible and raises RuntimeError.
    """
    if _on_eventlet_hub():
        from eventlet.asyncio import spawn_for_awaitable

        return spawn_for_awaitable(coroutine).wait()
    _refuse_in_running_loop(coroutine)
    return asyncio.run(coroutine)


def _on_eventlet_hub() -> bool:
    """Whether this is a green thread on Eventlet's asyncio hub."""
    if "eventlet.hubs.asyncio" not in sys.modules:
        return False
    import greenlet
    from eventlet.hubs import get_hub
    from eventlet.hubs.asyncio import Hub

    hub = get_hub()
    return isinstance(hub, Hub) and greenlet.getcurrent() is not hub.greenlet


def _refuse_in_running_loop(coroutine: Coroutine[Any, Any, Any]) -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    coroutine.close()
    raise RuntimeError(
        f"{coroutine.__qualname__} was called synchronously in a running event loop; "
        "await its asynchronous counterpart there"
    )
