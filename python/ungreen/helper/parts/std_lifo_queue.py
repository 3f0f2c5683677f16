# /// part
# defines = ["StdLifoQueue"]
# requires = ["std_queue"]
# imports = ["from typing import Any"]
# awaited = ["StdLifoQueue.get", "StdLifoQueue.join", "StdLifoQueue.put"]
# replaces = { "queue.LifoQueue" = "StdLifoQueue", "eventlet.green.Queue.LifoQueue" = "StdLifoQueue" }
# ///
class StdLifoQueue(StdQueue):
    """A `StdQueue` that gives out the newest item first."""

    def _init(self, maxsize: int | None) -> None:
        self.queue = []

    def _get(self) -> Any:
        return self.queue.pop()
