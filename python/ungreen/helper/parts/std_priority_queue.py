# /// part
# defines = ["StdPriorityQueue"]
# requires = ["std_queue"]
# imports = ["import heapq", "from typing import Any"]
# awaited = ["StdPriorityQueue.get", "StdPriorityQueue.join", "StdPriorityQueue.put"]
# replaces = { "queue.PriorityQueue" = "StdPriorityQueue", "eventlet.green.Queue.PriorityQueue" = "StdPriorityQueue" }
# ///
class StdPriorityQueue(StdQueue):
    """A `StdQueue` that gives out the lowest item first."""

    def _init(self, maxsize: int | None) -> None:
        self.queue = []

    def _put(self, item: Any) -> None:
        heapq.heappush(self.queue, item)

    def _get(self) -> Any:
        return heapq.heappop(self.queue)
