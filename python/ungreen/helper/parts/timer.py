# /// part
# defines = ["Timer"]
# requires = ["thread", "thread_event"]
# imports = [
#   "import inspect", "from collections.abc import Callable, Iterable, Mapping", "from typing import Any",
# ]
# awaited = ["Timer.join", "Timer.run", "Timer.start"]
# replaces = { "threading.Timer" = "Timer", "eventlet.green.threading.Timer" = "Timer" }
# ///
class Timer(Thread):
    """A `Thread` that calls ``function`` after ``interval`` seconds."""

    def __init__(
        self,
        interval: float,
        function: Callable[..., Any],
        args: Iterable[Any] | None = None,
        kwargs: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__()
        self.interval = interval
        self.function = function
        self.args = () if args is None else args
        self.kwargs = {} if kwargs is None else kwargs
        self.finished = ThreadEvent()

    def cancel(self) -> None:
        """Keep the function from being called, if it has not been."""
        self.finished.set()

    async def run(self) -> None:
        """Wait and call the function."""
        await self.finished.wait(self.interval)
        if not self.finished.is_set():
            result = self.function(*self.args, **self.kwargs)
            if inspect.isawaitable(result):
                await result
        self.finished.set()
