# SPDX-License-Identifier: 0BSD
# ungreen-helper: GreenPool green_wait
"""What this program used of Eventlet, on asyncio.

Written by `ungreen migrate`. It depends on nothing but the standard library and is yours to keep,
to change and to license as you like.
"""

from __future__ import annotations

import asyncio
import collections
import functools
import inspect
import sys
import traceback
import types
import weakref
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    Callable,
    Coroutine,
    Generator,
    Iterable,
    Iterator,
)
from typing import Any


def green_wait(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Wait in a green thread on Eventlet's asyncio hub, and return the result.

    What ends the wait, such as a Timeout or a kill, cancels the coroutine, and goes
    on when that has ended.
    """
    loop = getattr(sys.modules["eventlet.hubs"].get_hub(), "loop", None)
    if loop is None:
        coroutine.close()
        raise RuntimeError(
            "green threads wait for coroutines on Eventlet's asyncio hub only: "
            'set EVENTLET_HUB=asyncio, or call eventlet.hubs.use_hub("asyncio") first'
        )
    ended = sys.modules["eventlet.event"].Event()
    task = loop.create_task(coroutine)
    task.add_done_callback(ended.send)
    try:
        ended.wait()
    except BaseException:
        task.cancel()
        ended.wait()
        if not task.cancelled():
            task.exception()  # The exception that ended the wait goes before
        raise
    return task.result()


def iterate(items: Any) -> Any:
    """Return what `async for` takes, for an asynchronous iterable or a plain one."""
    return items if hasattr(type(items), "__aiter__") else _iterate(items)


async def _iterate(items: Any) -> AsyncGenerator[Any, None]:
    for item in items:
        yield item


async def azip(*iterables: Any) -> AsyncGenerator[tuple[Any, ...], None]:
    """`zip` of iterables, some of which are asynchronous."""
    iterators = [iterate(items).__aiter__() for items in iterables]
    while iterators:
        items = []
        for iterator in iterators:
            try:
                items.append(await iterator.__anext__())
            except StopAsyncIteration:
                return
        yield tuple(items)


_REPORT = {"enabled": True}


def _report(exception: BaseException) -> None:
    """Report what ended a green thread that nobody may be waiting for, at once.

    Eventlet's hub prints the traceback on standard error, and so does this, unless the event loop
    has an exception handler of its own, which then gets it.
    """
    if not _REPORT["enabled"]:
        return
    loop = asyncio.get_running_loop()
    if loop.get_exception_handler() is None:
        traceback.print_exception(type(exception), exception, exception.__traceback__)
    else:
        loop.call_exception_handler(
            {"message": "exception in green thread", "exception": exception}
        )


_MISSING: Any = object()


_background: set[asyncio.Task[Any]] = set()


def spawn_background(coroutine: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
    """Run ``coroutine`` in a task of its own that nobody waits for.

    The task is kept alive until it ends (the event loop alone would not), and an exception that
    ends it is reported at once.
    """

    def ended(task: asyncio.Task[Any]) -> None:
        _background.discard(task)
        exception = None if task.cancelled() else task.exception()
        if exception is not None and not isinstance(exception, (SystemExit, KeyboardInterrupt)):
            _report(exception)

    task = asyncio.get_running_loop().create_task(coroutine)
    _background.add(task)
    task.add_done_callback(ended)
    return task


def _wake(waiter: asyncio.Future[Any], result: Any = None) -> None:
    """Set the result of ``waiter``, unless it has one or was given up."""
    if not waiter.done():
        waiter.set_result(result)


class Event:
    """A value or an exception that is sent once and received by every waiter.

    Waiters are woken in the order in which they came.
    """

    def __init__(self) -> None:
        self._waiters: dict[asyncio.Future[tuple[Any, BaseException | None]], None] = {}
        self._result: Any = None
        self._exception: BaseException | None = None
        self.reset()

    def reset(self) -> None:
        """Forget what was sent, so that the event can be used again."""
        assert self._result is not _MISSING, "Trying to re-reset() a fresh event."
        self._result = _MISSING
        self._exception = None

    def ready(self) -> bool:
        """Whether a value or an exception was sent."""
        return self._result is not _MISSING

    def has_exception(self) -> bool:
        """Whether an exception was sent."""
        return self._exception is not None

    def has_result(self) -> bool:
        """Whether a value was sent."""
        return self.ready() and self._exception is None

    def poll(self, notready: Any = None) -> Any:
        """Return the value or raise the exception; ``notready`` if nothing was sent."""
        return self._received() if self.ready() else notready

    def poll_result(self, notready: Any = None) -> Any:
        """Return the value; ``notready`` if none was sent."""
        return self._received() if self.has_result() else notready

    def poll_exception(self, notready: Any = None) -> Any:
        """Raise the exception; return ``notready`` if none was sent."""
        return self._received() if self.has_exception() else notready

    def send(self, result: Any = None, exc: Any = None) -> None:
        """Send a value, or the exception ``exc``: an instance, a class or an ``exc_info`` tuple."""
        assert self._result is _MISSING, "Trying to re-send() an already-triggered event."
        if isinstance(exc, tuple):
            kind, *rest = exc
            value = rest[0] if rest else None
            if isinstance(value, BaseException):
                exc = value
            else:
                exc = kind if value is None else kind(value)
        if isinstance(exc, type):
            exc = exc()
        self._result = result
        self._exception = exc
        for waiter in self._waiters:
            _wake(waiter, (result, exc))

    def send_exception(self, *args: Any) -> None:
        """Send an exception, given like the arguments of ``raise`` or as ``exc_info``."""
        self.send(None, args)

    async def wait(self, timeout: float | None = None) -> Any:
        """Return the value sent or raise the exception sent.

        Returns None if neither comes within ``timeout`` seconds.
        """
        if self.ready():
            return self._received()
        waiter = asyncio.get_running_loop().create_future()
        self._waiters[waiter] = None
        try:
            if timeout is None:
                await waiter
            else:
                await asyncio.wait({waiter}, timeout=timeout)
                if not waiter.done():
                    return None
            result, exception = waiter.result()
        finally:
            del self._waiters[waiter]
        if exception is not None:
            raise exception
        return result

    def _received(self) -> Any:
        if self._exception is not None:
            raise self._exception
        return self._result


_interrupts: weakref.WeakKeyDictionary[
    asyncio.Task[Any], collections.deque[tuple[BaseException, asyncio.Future[None]]]
] = weakref.WeakKeyDictionary()


def _interrupt(task: asyncio.Task[Any], exception: BaseException) -> asyncio.Future[None] | None:
    """Throw ``exception`` into ``task`` at the ``await`` where it is suspended.

    Returns a future that is done when the task has run on to its next suspension or to its end,
    or None if the task does not run under `_interruptible` and only ``Task.cancel`` can stop it.
    """
    pending = _interrupts.get(task)
    if pending is None:
        return None
    delivered = asyncio.get_running_loop().create_future()
    pending.append((exception, delivered))
    if len(pending) == 1:
        task.cancel()
    return delivered


@types.coroutine
def _interruptible(coroutine: Coroutine[Any, Any, Any]) -> Generator[Any, Any, Any]:
    """Await ``coroutine`` so that `_interrupt` can throw any exception into the current task.

    The task is cancelled to end whatever it is waiting for; the CancelledError that follows is
    replaced here by the exception asked for.
    """
    task = asyncio.current_task()
    assert task is not None
    if task in _interrupts:
        return (yield from coroutine.__await__())
    pending = _interrupts[task] = collections.deque()
    delivered: asyncio.Future[None] | None = None
    resume = functools.partial(coroutine.send, None)
    try:
        while True:
            try:
                awaited = resume()
            except StopIteration as stop:
                return stop.value
            finally:
                if delivered is not None:
                    _wake(delivered)
                delivered = None
            if pending:
                task.cancel()
            try:
                resume = functools.partial(coroutine.send, (yield awaited))
            except asyncio.CancelledError as cancelled:
                if pending:
                    exception, delivered = pending.popleft()
                    if sys.version_info >= (3, 11):
                        task.uncancel()
                else:
                    exception = cancelled
                resume = functools.partial(coroutine.throw, exception)
            except BaseException as thrown:
                resume = functools.partial(coroutine.throw, thrown)
    finally:
        del _interrupts[task]
        for _, undelivered in pending:
            _wake(undelivered)


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


def getcurrent() -> GreenThread | asyncio.Task[Any] | None:
    """The running green thread; the running task if it is not one; None outside of any task."""
    task = asyncio.current_task()
    return None if task is None else _green_threads.get(task, task)


class Semaphore:
    """A counter of permits; a task that finds none waits for its turn.

    `release` signals the first waiter and does not hand the permit over: a non-blocking `acquire`
    may be faster, and the waiter then keeps its place.
    """

    def __init__(self, value: int = 1) -> None:
        try:
            value = int(value)
        except ValueError as error:
            raise TypeError(
                f"Semaphore() expect value :: int, actual: {type(value)} {error}"
            ) from None
        if value < 0:
            raise ValueError(f"Semaphore() expect value >= 0, actual: {value!r}")
        self.counter = value
        self._waiters: collections.deque[asyncio.Future[None]] = collections.deque()

    def locked(self) -> bool:
        """Whether no permit is left."""
        return self.counter <= 0

    def bounded(self) -> bool:
        """Always False: there is no upper limit."""
        return False

    @property
    def balance(self) -> int:
        """The permits left, less the tasks that wait for one."""
        return self.counter - len(self._waiters)

    async def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        """Take a permit; return False if there is none, at once or within ``timeout`` seconds."""
        if timeout == -1:
            timeout = None
        if timeout is not None and timeout < 0:
            raise ValueError("timeout value must be strictly positive")
        if not blocking and timeout is not None:
            raise ValueError("can't specify timeout for non-blocking acquire")
        if self.counter > 0 and not (self._waiters and blocking):
            self.counter -= 1
            return True
        return blocking and await self._wait(timeout)

    def release(self, blocking: bool = True) -> bool:
        """Give a permit back; return True. ``blocking`` has no effect."""
        self.counter += 1
        self._signal()
        return True

    async def _wait(self, timeout: float | None) -> bool:
        loop = asyncio.get_running_loop()
        deadline = None if timeout is None else loop.time() + timeout
        waiter = loop.create_future()
        self._waiters.append(waiter)
        try:
            while True:
                if deadline is None:
                    await waiter
                else:
                    await asyncio.wait({waiter}, timeout=max(0, deadline - loop.time()))
                if not waiter.done():
                    return False
                if self.counter > 0:
                    self.counter -= 1
                    return True
                place = self._waiters.index(waiter)
                waiter = self._waiters[place] = loop.create_future()
        finally:
            self._waiters.remove(waiter)
            self._signal()

    def _signal(self) -> None:
        """Wake as many of the first waiters as there are permits."""
        for _, waiter in zip(range(self.counter), self._waiters):
            _wake(waiter)

    async def __aenter__(self) -> None:
        await self.acquire()

    async def __aexit__(self, *exc_info: Any) -> None:
        self.release()


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
