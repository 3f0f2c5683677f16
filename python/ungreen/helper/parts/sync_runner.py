# /// part
# defines = ["SyncRunner", "_gather"]
# requires = ["run_sync"]
# imports = ["import asyncio", "from collections.abc import Coroutine", "from typing import Any"]
# ///
class SyncRunner:
    """Runs coroutines from synchronous code, all in one event loop, until it is closed.

    For a synchronous class that holds an asynchronous one whose sessions, pools and locks belong
    to their loop. The rules are those of `run_sync`.
    """

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Run ``coroutine`` and return its result."""
        if self._closed:
            coroutine.close()
            raise RuntimeError("the runner is closed")
        if _on_eventlet_hub():
            return run_sync(coroutine)
        _refuse_in_running_loop(coroutine)
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
        return self._loop.run_until_complete(coroutine)

    def close(self) -> None:
        """Cancel what still runs and close the event loop."""
        self._closed = True
        loop, self._loop = self._loop, None
        if loop is None:
            return
        try:
            tasks = asyncio.all_tasks(loop)
            for task in tasks:
                task.cancel()
            loop.run_until_complete(_gather(tasks))
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.run_until_complete(loop.shutdown_default_executor())
        finally:
            loop.close()

    def __enter__(self) -> SyncRunner:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


async def _gather(tasks: set[asyncio.Task[Any]]) -> None:
    await asyncio.gather(*tasks, return_exceptions=True)
