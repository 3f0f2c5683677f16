# /// part
# defines = ["Queue"]
# requires = ["light_queue", "wake"]
# imports = ["import asyncio", "from typing import Any"]
# awaited = ["Queue.get", "Queue.join", "Queue.put"]
# replaces = { "eventlet.queue.Queue" = "Queue" }
# ///
class Queue(LightQueue):
    """A `LightQueue` that counts the items whose processing is not done."""

    def __init__(self, maxsize: int | None = None) -> None:
        super().__init__(maxsize)
        self.unfinished_tasks = 0
        self._joiners: list[asyncio.Future[Any]] = []

    def _add(self, item: Any) -> None:
        super()._add(item)
        self.unfinished_tasks += 1

    def task_done(self) -> None:
        """Say that one item is processed; raise ValueError if there was none."""
        if self.unfinished_tasks <= 0:
            raise ValueError("task_done() called too many times")
        self.unfinished_tasks -= 1
        if self.unfinished_tasks == 0:
            for joiner in self._joiners:
                _wake(joiner)
            self._joiners.clear()

    async def join(self) -> None:
        """Wait until every item put was said to be done."""
        if self.unfinished_tasks > 0:
            joiner = asyncio.get_running_loop().create_future()
            self._joiners.append(joiner)
            await joiner
