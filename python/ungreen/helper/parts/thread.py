# /// part
# defines = ["Thread", "_threads", "_thread_numbers"]
# requires = ["green_thread", "wake"]
# imports = [
#   "import asyncio", "import inspect", "import itertools", "import sys", "import threading", "import weakref",
#   "from collections.abc import Callable, Iterable, Mapping", "from typing import Any",
# ]
# awaited = ["Thread.join", "Thread.run", "Thread.start"]
# replaces = { "threading.Thread" = "Thread", "eventlet.green.threading.Thread" = "Thread" }
# ///
class Thread:
    """A green thread with the methods of a thread. Override `run` or give a ``target``.

    Whether it is a daemon makes no difference: the program ends without waiting for it.
    """

    def __init__(
        self,
        group: None = None,
        target: Callable[..., Any] | None = None,
        name: str | None = None,
        args: Iterable[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        *,
        daemon: bool | None = None,
    ) -> None:
        if name is None:
            name = f"Thread-{next(_thread_numbers)}"
            if target is not None and sys.version_info >= (3, 10):
                name += f" ({getattr(target, '__name__', target)})"
        self.name = name
        self.daemon = bool(daemon)
        self._target = target
        self._args = tuple(args)
        self._kwargs = dict(kwargs or {})
        self._green_thread: GreenThread | None = None

    @property
    def ident(self) -> int | None:
        """A number that no other living thread has; None before the start."""
        task = None if self._green_thread is None else self._green_thread._task
        return None if task is None else id(task)

    def start(self) -> asyncio.Future[None]:
        """Start the thread; raise RuntimeError if it was started before.

        Await the result for the thread to have run up to its first suspension.
        """
        if self._green_thread is not None:
            raise RuntimeError("threads can only be started once")
        started = asyncio.get_running_loop().create_future()
        self._green_thread = GreenThread(self._bootstrap, (started,), {})._schedule(0)
        assert self._green_thread._task is not None
        _threads[self._green_thread._task] = self
        return started

    async def run(self) -> None:
        """What the thread does: call the target."""
        if self._target is not None:
            result = self._target(*self._args, **self._kwargs)
            if inspect.isawaitable(result):
                await result

    async def join(self, timeout: float | None = None) -> None:
        """Wait until the thread ends, or for ``timeout`` seconds."""
        if self._green_thread is None:
            raise RuntimeError("cannot join thread before it is started")
        if self._green_thread._task is asyncio.current_task():
            raise RuntimeError("cannot join current thread")
        try:
            await self._green_thread._exit.wait(None if timeout is None else max(timeout, 0))
        except GreenletExit:
            if not self._green_thread._exit.ready():
                raise

    def is_alive(self) -> bool:
        """Whether the thread has been started and has not ended."""
        return self._green_thread is not None and not self._green_thread.dead

    def getName(self) -> str:
        """The name."""
        return self.name

    def setName(self, name: str) -> None:
        """Change the name."""
        self.name = name

    def isDaemon(self) -> bool:
        """Whether it is a daemon."""
        return self.daemon

    def setDaemon(self, daemonic: bool) -> None:
        """Change whether it is a daemon."""
        self.daemon = daemonic

    async def _bootstrap(self, started: asyncio.Future[None]) -> None:
        _wake(started)
        try:
            result = self.run()
            if inspect.isawaitable(result):
                await result
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            details = (type(error), error, error.__traceback__, self)
            threading.excepthook(threading.ExceptHookArgs(details))


_threads: weakref.WeakKeyDictionary[asyncio.Task[Any], Thread] = weakref.WeakKeyDictionary()
_thread_numbers = itertools.count(1)
