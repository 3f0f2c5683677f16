# /// part
# defines = ["GreenletExit", "GreenThread", "_green_threads", "_alive", "_thrown"]
# requires = ["event", "interrupt", "report", "spawn_background", "wake"]
# imports = [
#   "import asyncio", "import collections", "import functools", "import inspect", "import weakref",
#   "from collections.abc import Callable, Coroutine, Generator, Iterator", "from typing import Any",
# ]
# awaited = ["GreenThread.wait", "GreenThread.kill"]
# replaces = { "greenlet.GreenletExit" = "GreenletExit", "eventlet.greenthread.GreenThread" = "GreenThread" }
# ///
class GreenletExit(asyncio.CancelledError):
    """Ends a green thread quietly; raised in a killed green thread and by waiting for it."""


class GreenThread:
    """A function running in a task of its own, with its result.

    Made by `spawn` and its relatives. The exception that ends a green thread is raised by every
    `wait` and is also reported at once.
    """

    def __init__(self, func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]):
        self._call: Any = functools.partial(func, *args, **kwargs)
        self._exit = Event()
        self._links: collections.deque[tuple[Callable[..., Any], Any, Any]] = collections.deque()
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._started = False
        self._dead = False

    def __bool__(self) -> bool:
        """Whether the function has started and has not ended."""
        return self._started and not self.dead

    def __await__(self) -> Generator[Any, Any, Any]:
        return self.wait().__await__()

    @property
    def dead(self) -> bool:
        """Whether the function has ended, or will never start."""
        return self._dead

    async def wait(self) -> Any:
        """Return the result of the function or raise the exception that ended it.

        Any number of tasks may wait; stopping one of them leaves the green thread running.
        """
        return await self._exit.wait()

    def link(self, func: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        """Call ``func(self, *args, **kwargs)`` when the green thread ends, or now if it has.

        A coroutine that ``func`` returns is awaited by the green thread that ends, or is run in the
        background.
        """
        self._links.append((func, args, kwargs))
        if self._exit.ready():
            self._call_links()

    def unlink(self, func: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
        """Undo a `link` with the same arguments; return whether there was one."""
        try:
            self._links.remove((func, args, kwargs))
        except ValueError:
            return False
        return True

    def cancel(self, *throw_args: Any) -> None:
        """Keep the function from starting. Does nothing once it has started."""
        if not self._started and not self.dead:
            if self._timer is not None:
                self._timer.cancel()
            if self._task is not None:
                self._task.cancel()
            self._end(None, _thrown(throw_args))

    def kill(self, *throw_args: Any) -> asyncio.Future[None]:
        """Throw `GreenletExit`, or the exception given, into the function where it is suspended.

        The kill is requested at once. Await the result for the function to have run its handlers,
        up to its end or its next suspension.
        """
        delivered = None
        if not self.dead:
            if self._task is not None and self._started:
                if self._task is asyncio.current_task():
                    raise _thrown(throw_args)
                delivered = _interrupt(self._task, _thrown(throw_args))
            else:
                self.cancel(*throw_args)
                delivered = asyncio.get_running_loop().create_future()
                asyncio.get_running_loop().call_soon(_wake, delivered)
        if delivered is None:
            delivered = asyncio.get_running_loop().create_future()
            delivered.set_result(None)
        return delivered

    def _schedule(self, seconds: float) -> GreenThread:
        """Start the function in ``seconds`` from now; at the next pass of the loop if 0 or less."""
        _alive.add(self)
        if seconds > 0:
            self._timer = asyncio.get_running_loop().call_later(seconds, self._start)
        else:
            self._start()
        return self

    def _start(self) -> None:
        self._timer = None
        self._task = asyncio.get_running_loop().create_task(self._main())
        self._task.add_done_callback(self._ended)
        _green_threads[self._task] = self

    def _ended(self, task: asyncio.Task[None]) -> None:
        _green_threads.pop(task, None)
        if not task.cancelled():
            task.exception()
        if not self._exit.ready():
            self._end(None, GreenletExit())

    async def _main(self) -> None:
        try:
            await _interruptible(self._run())
        except (asyncio.CancelledError, SystemExit, KeyboardInterrupt):
            raise
        except BaseException as exception:
            _report(exception)

    async def _run(self) -> None:
        """Call the function, here and now, and keep and raise what it raises."""
        self._started = True
        try:
            result = self._call()
            if inspect.isawaitable(result):
                result = await result
        except asyncio.CancelledError as exception:
            killed = exception if isinstance(exception, GreenletExit) else GreenletExit()
            await self._end_in_task(None, killed)
            raise
        except BaseException as exception:
            await self._end_in_task(None, exception)
            raise
        else:
            await self._end_in_task(result, None)

    async def _end_in_task(self, result: Any, exception: BaseException | None) -> None:
        """Send the outcome; what is linked runs in the green thread that ends."""
        self._send(result, exception)
        try:
            for linked in self._called_links():
                await linked
        finally:
            self._dead = True

    def _end(self, result: Any, exception: BaseException | None) -> None:
        self._send(result, exception)
        try:
            self._call_links()
        finally:
            self._dead = True

    def _send(self, result: Any, exception: BaseException | None) -> None:
        _alive.discard(self)
        self._call = None  # What the function was given goes when it has ended.
        self._exit.send(result, exception)

    def _call_links(self) -> None:
        for linked in self._called_links():
            spawn_background(linked)

    def _called_links(self) -> Iterator[Coroutine[Any, Any, Any]]:
        while self._links:
            func, args, kwargs = self._links.popleft()
            result = func(self, *args, **kwargs)
            if inspect.iscoroutine(result):
                yield result


_green_threads: weakref.WeakKeyDictionary[asyncio.Task[Any], GreenThread] = (
    weakref.WeakKeyDictionary()
)
_alive: set[GreenThread] = set()


def _thrown(throw_args: tuple[Any, ...]) -> BaseException:
    """The exception that ``raise`` would make of (), (exception,) or an ``exc_info`` tuple."""
    if not throw_args:
        return GreenletExit()
    exception = throw_args[-1] if len(throw_args) == 1 else throw_args[1]
    if exception is None:
        exception = throw_args[0]
    if isinstance(exception, BaseException):
        return exception
    return exception() if isinstance(exception, type) else throw_args[0](exception)
