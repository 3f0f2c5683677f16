# /// part
# defines = ["StdQueue"]
# requires = ["queue"]
# imports = []
# awaited = ["StdQueue.get", "StdQueue.join", "StdQueue.put"]
# replaces = { "queue.Queue" = "StdQueue", "eventlet.green.Queue.Queue" = "StdQueue" }
# ///
class StdQueue(Queue):
    """A `Queue` in which a ``maxsize`` of 0 is no limit, as in the standard library."""

    def __init__(self, maxsize: int = 0) -> None:
        super().__init__(maxsize or None)
