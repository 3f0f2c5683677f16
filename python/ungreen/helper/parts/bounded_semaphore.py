# /// part
# defines = ["BoundedSemaphore"]
# requires = ["semaphore"]
# imports = []
# awaited = ["BoundedSemaphore.acquire"]
# async_with = ["BoundedSemaphore"]
# replaces = { "eventlet.semaphore.BoundedSemaphore" = "BoundedSemaphore" }
# ///
class BoundedSemaphore(Semaphore):
    """A `Semaphore` that refuses to be released more often than it was acquired."""

    def __init__(self, value: int = 1) -> None:
        super().__init__(value)
        self.original_counter = self.counter

    def release(self, blocking: bool = True) -> bool:
        """Give a permit back; raise ValueError if none is out."""
        if self.counter >= self.original_counter:
            raise ValueError("Semaphore released too many times")
        return super().release(blocking)
