# /// part
# defines = ["LifoQueue"]
# requires = ["queue"]
# imports = ["from typing import Any"]
# awaited = ["LifoQueue.get", "LifoQueue.join", "LifoQueue.put"]
# replaces = { "eventlet.queue.LifoQueue" = "LifoQueue" }
# ///
class LifoQueue(Queue):
    """A `Queue` that gives out the newest item first."""

    def _init(self, maxsize: int | None) -> None:
        self.queue = []

    def _get(self) -> Any:
        return self.queue.pop()
