# /// part
# defines = ["ThreadBoundedSemaphore"]
# requires = ["thread_semaphore"]
# imports = []
# awaited = ["ThreadBoundedSemaphore.acquire"]
# async_with = ["ThreadBoundedSemaphore"]
# replaces = { "threading.BoundedSemaphore" = "ThreadBoundedSemaphore", "eventlet.green.threading.BoundedSemaphore" = "ThreadBoundedSemaphore" }
# ///
class ThreadBoundedSemaphore(ThreadSemaphore):
    """A `ThreadSemaphore` that refuses to be released more often than it was acquired."""

    def __init__(self, value: int = 1) -> None:
        super().__init__(value)
        self._initial_value = value

    def release(self, n: int = 1) -> None:
        """Give ``n`` permits back; raise ValueError if fewer are out."""
        if self._permits.counter + n > self._initial_value:
            raise ValueError("Semaphore released too many times")
        super().release(n)
