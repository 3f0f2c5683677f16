# /// part
# defines = ["run_sync", "_on_eventlet_hub", "_refuse_in_running_loop"]
# requires = []
# imports = ["import asyncio", "import importlib", "import sys", "from collections.abc import Coroutine", "from typing import Any"]
# ///
def run_sync(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run ``coroutine`` from code that cannot await it and return its result.

    In a green thread on Eventlet's asyncio hub, other green threads run meanwhile. Elsewhere it
    runs in an event loop of its own; in a coroutine that is impossible and raises RuntimeError.
    """
    if _on_eventlet_hub():
        bridge = importlib.import_module("eventlet.asyncio")
        return bridge.spawn_for_awaitable(coroutine).wait()
    _refuse_in_running_loop(coroutine)
    return asyncio.run(coroutine)


def _on_eventlet_hub() -> bool:
    """Whether this is a green thread on Eventlet's asyncio hub."""
    asyncio_hubs = sys.modules.get("eventlet.hubs.asyncio")
    if asyncio_hubs is None:
        return False
    hub = importlib.import_module("eventlet.hubs").get_hub()
    current = importlib.import_module("greenlet").getcurrent()
    return isinstance(hub, asyncio_hubs.Hub) and current is not hub.greenlet


def _refuse_in_running_loop(coroutine: Coroutine[Any, Any, Any]) -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    coroutine.close()
    name = getattr(coroutine, "__qualname__", repr(coroutine))
    raise RuntimeError(
        f"{name} was called synchronously in a running event loop; "
        "await its asynchronous counterpart there"
    )
