# /// part
# defines = ["ExecutorFuture", "TaskExecutor", "as_completed"]
# requires = ["interrupt"]
# imports = [
#   "import asyncio", "import collections", "import concurrent.futures", "import inspect", "import os",
#   "from collections.abc import AsyncIterator, Callable, Iterable", "from typing import Any",
# ]
# awaited = ["ExecutorFuture.exception", "ExecutorFuture.result", "TaskExecutor.shutdown"]
# async_with = ["TaskExecutor"]
# async_for = ["TaskExecutor.map", "as_completed"]
# replaces = { "concurrent.futures.ThreadPoolExecutor" = "TaskExecutor", "concurrent.futures.Future" = "ExecutorFuture", "concurrent.futures.as_completed" = "as_completed" }
# ///
class ExecutorFuture:
    """What a call in a `TaskExecutor` gives."""

    def __init__(self, func: Callable[..., Any], args: Any, kwargs: Any) -> None:
        self._call = func, args, kwargs
        self._running = False
        self._end: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        # What nobody asks for is not reported, as for a thread.
        self._end.add_done_callback(lambda end: end.cancelled() or end.exception())

    def done(self) -> bool:
        """Whether the call has ended or was canceled."""
        return self._end.done()

    def running(self) -> bool:
        """Whether the call runs."""
        return self._running and not self.done()

    def cancelled(self) -> bool:
        """Whether the call was canceled before it began."""
        return self._end.cancelled()

    def cancel(self) -> bool:
        """Cancel the call if it has not begun; return whether it is canceled."""
        return self.cancelled() or (not self._running and self._end.cancel())

    async def result(self, timeout: float | None = None) -> Any:
        """Return what the call returned, or raise what it raised."""
        await asyncio.wait({self._end}, timeout=timeout)
        if not self.done():
            raise concurrent.futures.TimeoutError()
        if self.cancelled():
            raise concurrent.futures.CancelledError()
        return self._end.result()

    async def exception(self, timeout: float | None = None) -> BaseException | None:
        """Return what the call raised, or None."""
        try:
            await self.result(timeout)
        except BaseException as exception:
            if not self.done() or self.cancelled() or self._end.exception() is not exception:
                raise
            return exception
        return None

    def add_done_callback(self, fn: Callable[[ExecutorFuture], Any]) -> None:
        """Call ``fn`` with the future when it is done; at once if it is."""
        if self.done():
            fn(self)
        else:
            self._end.add_done_callback(lambda end: fn(self))

    async def _run(self) -> None:
        func, args, kwargs = self._call
        try:
            result = func(*args, **kwargs)
            if inspect.isawaitable(result):
                result = await result
        except asyncio.CancelledError:
            self._end.cancel()
            raise
        except StopIteration as exception:
            # A future cannot hold it.
            error = RuntimeError("the call raised StopIteration")
            error.__cause__ = exception
            self._end.set_exception(error)
        except BaseException as exception:
            self._end.set_exception(exception)
        else:
            self._end.set_result(result)


class TaskExecutor:
    """Runs calls as tasks, at most ``max_workers`` at a time, in the order of their submission."""

    def __init__(self, max_workers: int | None = None, thread_name_prefix: str = "") -> None:
        if max_workers is None:
            max_workers = min(32, (os.cpu_count() or 1) + 4)
        if max_workers <= 0:
            raise ValueError("max_workers must be greater than 0")
        self._max_workers = max_workers
        self._waiting: collections.deque[ExecutorFuture] = collections.deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_shut_down = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> ExecutorFuture:
        """Run ``fn(*args, **kwargs)`` in a task when there is room."""
        if self._is_shut_down:
            raise RuntimeError("cannot schedule new futures after shutdown")
        future = ExecutorFuture(fn, args, kwargs)
        self._waiting.append(future)
        self._start()
        return future

    def map(
        self,
        fn: Callable[..., Any],
        *iterables: Iterable[Any],
        timeout: float | None = None,
        chunksize: int = 1,
    ) -> AsyncIterator[Any]:
        """Submit a call for each item now; iterate over the results in the order of the items."""
        loop = asyncio.get_running_loop()
        deadline = None if timeout is None else loop.time() + timeout
        futures = [self.submit(fn, *arguments) for arguments in zip(*iterables)]
        return self._results(futures, deadline)

    async def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more calls; wait for those that are submitted."""
        self._is_shut_down = True
        if cancel_futures:
            for future in self._waiting:
                future.cancel()
            self._waiting.clear()
        while wait and self._tasks:
            await asyncio.wait(self._tasks)

    async def __aenter__(self) -> TaskExecutor:
        return self

    async def __aexit__(self, *exc_info: Any) -> None:
        await self.shutdown()

    async def _results(
        self, futures: list[ExecutorFuture], deadline: float | None
    ) -> AsyncIterator[Any]:
        loop = asyncio.get_running_loop()
        try:
            for future in futures:
                yield await future.result(None if deadline is None else deadline - loop.time())
        finally:
            for future in futures:
                future.cancel()

    async def _run(self, future: ExecutorFuture) -> None:
        await _interruptible(future._run())

    def _start(self) -> None:
        while self._waiting and len(self._tasks) < self._max_workers:
            future = self._waiting.popleft()
            if not future.cancelled():
                future._running = True
                task = asyncio.get_running_loop().create_task(self._run(future))
                self._tasks.add(task)
                task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()
        self._start()


async def as_completed(
    fs: Iterable[ExecutorFuture], timeout: float | None = None
) -> AsyncIterator[ExecutorFuture]:
    """Iterate over the futures as they end, each once."""
    loop = asyncio.get_running_loop()
    deadline = None if timeout is None else loop.time() + timeout
    futures = {future._end: future for future in fs}
    ended: list[asyncio.Future[Any]] = [end for end in futures if end.done()]
    pending = {end for end in futures if not end.done()}
    for end in pending:
        end.add_done_callback(ended.append)
    count = len(futures)
    while futures:
        if not ended:
            wait = None if deadline is None else max(0, deadline - loop.time())
            await asyncio.wait(set(futures), timeout=wait, return_when=asyncio.FIRST_COMPLETED)
            if not ended:
                message = f"{len(futures)} (of {count}) futures unfinished"
                raise concurrent.futures.TimeoutError(message)
        yield futures.pop(ended.pop(0))
