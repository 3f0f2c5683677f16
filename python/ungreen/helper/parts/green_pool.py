# /// part
# defines = ["GreenPool", "_GreenMap", "_arguments"]
# requires = ["azip", "getcurrent", "green_thread", "report", "semaphore", "sentinel", "spawn_background", "wake"]
# imports = [
#   "import asyncio", "from collections.abc import AsyncIterable, Callable, Iterable", "from typing import Any",
# ]
# awaited = ["GreenPool.spawn", "GreenPool.spawn_n", "GreenPool.waitall"]
# async_for = ["GreenPool.imap", "GreenPool.starmap", "_GreenMap"]
# replaces = { "eventlet.greenpool.GreenPool" = "GreenPool", "eventlet.greenpool.GreenMap" = "_GreenMap" }
# ///
class GreenPool:
    """Green threads, of which at most ``size`` run at a time."""

    def __init__(self, size: int = 1000) -> None:
        try:
            size = int(size)
        except ValueError as error:
            raise TypeError(
                f"GreenPool() expect size :: int, actual: {type(size)} {error}"
            ) from None
        if size < 0:
            raise ValueError(f"GreenPool() expect size >= 0, actual: {size!r}")
        self.size = size
        self.sem = Semaphore(size)
        self.coroutines_running: set[Any] = set()
        self._idle: list[asyncio.Future[None]] = []

    def resize(self, new_size: int) -> None:
        """Change the size; those that run may go on, and a larger size wakes those that wait."""
        self.sem.counter += new_size - self.size
        self.size = new_size
        self.sem._signal()

    def running(self) -> int:
        """The number of green threads that run."""
        return len(self.coroutines_running)

    def free(self) -> int:
        """How many more may run; negative after `resize` to less than run."""
        return self.sem.counter

    def waiting(self) -> int:
        """The number of tasks that wait to spawn."""
        return max(0, -self.sem.balance)

    async def spawn(self, func: Callable[..., Any], *args: Any, **kwargs: Any) -> GreenThread:
        """Run ``func(*args, **kwargs)`` in a green thread, after waiting while the pool is full.

        A green thread of the full pool that spawns another one runs it itself, here and now.
        """
        green_thread = GreenThread(func, args, kwargs)
        if self.sem.locked() and getcurrent() in self.coroutines_running:
            await green_thread._run()
            return green_thread
        await self.sem.acquire()
        self.coroutines_running.add(green_thread)
        green_thread.link(self._spawn_done)
        return green_thread._schedule(0)

    async def spawn_n(self, func: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        """Like `spawn`, for a result that nobody wants."""
        if self.sem.locked() and getcurrent() in self.coroutines_running:
            try:
                await GreenThread(func, args, kwargs)._run()
            except (asyncio.CancelledError, SystemExit, KeyboardInterrupt):
                raise
            except BaseException as exception:
                _report(exception)
        else:
            await self.spawn(func, *args, **kwargs)

    async def waitall(self) -> None:
        """Wait until no green thread of the pool runs or waits to run."""
        assert getcurrent() not in self.coroutines_running, (
            "Calling waitall() from within one of the GreenPool's greenthreads "
            "will never terminate."
        )
        if self.coroutines_running:
            idle = asyncio.get_running_loop().create_future()
            self._idle.append(idle)
            await idle

    def starmap(
        self, func: Callable[..., Any] | None, iterable: Iterable[Any] | AsyncIterable[Any]
    ) -> _GreenMap:
        """Iterate over ``func(*arguments)`` for the tuples of ``iterable``, in their order.

        Runs at most ``size`` calls at a time, in a pool of their own, and takes from ``iterable``
        only as many tuples as it can start.
        """
        return _GreenMap(GreenPool(self.size), func, iterable)

    def imap(
        self, func: Callable[..., Any] | None, *iterables: Iterable[Any] | AsyncIterable[Any]
    ) -> _GreenMap:
        """Like `starmap`, for one iterable for each parameter."""
        return self.starmap(func, azip(*iterables))

    def _spawn_done(self, green_thread: GreenThread) -> None:
        self.coroutines_running.discard(green_thread)
        self.sem.release()
        if not self.coroutines_running and not self.sem._waiters:
            for idle in self._idle:
                _wake(idle)
            self._idle.clear()


class _GreenMap:
    """The results of calls in a pool, in the order of their arguments."""

    def __init__(
        self,
        pool: GreenPool,
        func: Callable[..., Any] | None,
        iterable: Iterable[Any] | AsyncIterable[Any],
    ) -> None:
        self._pool = pool
        self._calls = asyncio.Queue[Any](pool.size)
        self._failure: Exception | None = None
        self._exhausted = False
        spawn_background(self._spawn(func or _arguments, iterable))

    async def _spawn(
        self, func: Callable[..., Any], iterable: Iterable[Any] | AsyncIterable[Any]
    ) -> None:
        try:
            if isinstance(iterable, AsyncIterable):
                async for arguments in iterable:
                    await self._calls.put(await self._pool.spawn(func, *arguments))
            else:
                for arguments in iterable:
                    await self._calls.put(await self._pool.spawn(func, *arguments))
        except Exception as failure:
            self._failure = failure
        await self._calls.put(_MISSING)

    def __aiter__(self) -> _GreenMap:
        return self

    async def __anext__(self) -> Any:
        call = _MISSING if self._exhausted else await self._calls.get()
        if call is not _MISSING:
            return await call.wait()
        self._exhausted = True
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure
        raise StopAsyncIteration


def _arguments(*arguments: Any) -> tuple[Any, ...]:
    return arguments
