# /// part
# defines = ["Timeout"]
# requires = ["interrupt"]
# imports = [
#   "import asyncio", "import sys", "from types import TracebackType", "from typing import Any",
# ]
# async_with = ["Timeout"]
# replaces = { "eventlet.timeout.Timeout" = "Timeout" }
# ///
class Timeout(BaseException):
    """A limit of ``seconds`` for what the current task does next; None is no limit.

    The clock starts at construction. On expiry ``async with`` raises the timeout itself, or
    ``exception`` if one is given, or leaves the block silently if ``exception`` is False. Within
    the block the expiry is a cancellation, so that libraries clean up as they do for any other.
    """

    def __init__(
        self,
        seconds: float | None = None,
        exception: BaseException | type[BaseException] | bool | None = None,
    ) -> None:
        self.seconds = seconds
        self.exception = exception
        self._handle: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[Any] | None = None
        self._cancelling = 0
        self._scoped = False
        self._cancelled_task = False
        self.start()

    def start(self) -> Timeout:
        """Start the clock again after `cancel`."""
        assert not self.pending, f"{self!r} is already started; to restart it, cancel it first"
        if self.seconds is not None:
            self._task = asyncio.current_task()
            assert self._task is not None, "a Timeout limits a task and there is none"
            if sys.version_info >= (3, 11):
                self._cancelling = self._task.cancelling()
            loop = asyncio.get_running_loop()
            self._handle = loop.call_later(max(self.seconds, 0), self._expire, self._task)
        return self

    @property
    def pending(self) -> bool:
        """Whether the clock is running."""
        return self._handle is not None

    @property
    def is_timeout(self) -> bool:
        """Always True."""
        return True

    def cancel(self) -> None:
        """Stop the clock.

        In the ``finally`` of a task that only ``Task.cancel`` can stop, raises the expired timeout
        in place of the cancellation in flight.
        """
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        if self._expired_in(sys.exc_info()[0]):
            raise self._raised() from None

    def _expire(self, task: asyncio.Task[Any]) -> None:
        self._handle = None
        if self._scoped or _interrupt(task, self._raised()) is None:
            self._cancelled_task = True
            task.cancel()

    def _expired_in(self, kind: type[BaseException] | None) -> bool:
        """Whether ``kind`` is this expiry's cancellation of the task, which ends hereby."""
        if not self._cancelled_task or self._task is None:
            return False
        self._cancelled_task = False
        cancelled_by_others = (
            sys.version_info >= (3, 11) and self._task.uncancel() > self._cancelling
        )
        return kind is asyncio.CancelledError and not cancelled_by_others

    def _raised(self) -> BaseException:
        if self.exception is None or isinstance(self.exception, bool):
            return self
        return self.exception() if isinstance(self.exception, type) else self.exception

    async def __aenter__(self) -> Timeout:
        self._scoped = True
        if self._handle is None and not self._cancelled_task:
            self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        self._scoped = False
        expired = self._expired_in(kind)
        self.cancel()
        if expired and self.exception is not False:
            raise self._raised() from None
        return expired or (value is self and self.exception is False)

    def __str__(self) -> str:
        if self.seconds is None:
            return ""
        text = f"{self.seconds} second{'' if self.seconds == 1 else 's'}"
        if self.exception is None or self.exception is True:
            return text
        return f"{text} ({'silent' if self.exception is False else self.exception})"

    def __repr__(self) -> str:
        pending = " pending" if self.pending else ""
        exception = "" if self.exception is None else f" exception={self.exception!r}"
        name = type(self).__name__
        return f"<{name} at {id(self):#x} seconds={self.seconds}{exception}{pending}>"
