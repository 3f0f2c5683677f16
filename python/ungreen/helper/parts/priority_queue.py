# /// part
# defines = ["PriorityQueue"]
# requires = ["queue"]
# imports = ["import heapq", "from typing import Any"]
# awaited = ["PriorityQueue.get", "PriorityQueue.join", "PriorityQueue.put"]
# replaces = { "eventlet.queue.PriorityQueue" = "PriorityQueue" }
# ///
class PriorityQueue(Queue):
    """A `Queue` that gives out the lowest item first."""

    def _init(self, maxsize: int | None) -> None:
        self.queue = []

    def _put(self, item: Any) -> None:
        heapq.heappush(self.queue, item)

    def _get(self) -> Any:
        return heapq.heappop(self.queue)
