# /// part
# defines = ["Lock"]
# requires = ["semaphore"]
# imports = []
# awaited = ["Lock.acquire"]
# async_with = ["Lock"]
# replaces = { "threading.Lock" = "Lock", "eventlet.green.threading.Lock" = "Lock" }
# ///
class Lock(Semaphore):
    """A lock that any task may release."""

    def __init__(self) -> None:
        super().__init__(1)

    def release(self, blocking: bool = True) -> bool:
        """Release the lock; raise RuntimeError if nobody holds it."""
        if self.counter > 0:
            raise RuntimeError("release unlocked lock")
        return super().release(blocking)
