# /// part
# defines = ["StdSimpleQueue"]
# requires = ["light_queue"]
# imports = ["from typing import Any"]
# awaited = ["StdSimpleQueue.get", "StdSimpleQueue.put"]
# replaces = { "queue.SimpleQueue" = "StdSimpleQueue" }
# ///
class StdSimpleQueue(LightQueue):
    """A queue without a limit, for `put` and `get` alone."""

    def __init__(self) -> None:
        super().__init__(None)

    async def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """Return the next item; raise ``queue.Empty`` if none comes in time."""
        if block and timeout is not None and timeout < 0:
            raise ValueError("'timeout' must be a non-negative number")
        return await super().get(block, timeout)
