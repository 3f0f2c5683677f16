# SPDX-License-Identifier: 0BSD
# ungreen-helper: SyncFace spawn_n
"""What this program used of Eventlet, on asyncio.

Written by `ungreen migrate`. It depends on nothing but the standard library and is yours to keep,
to change and to license as you like.
"""

from __future__ import annotations

import asyncio
import atexit
import collections
import contextlib
import copy
import functools
import importlib
import inspect
import os
import sys
import threading
import traceback
import types
import weakref
from collections.abc import AsyncIterable, Callable, Coroutine, Generator, Iterator
from typing import Any

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


def run_sync(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run ``coroutine`` from code that cannot await it and return its result.

    In a green thread on Eventlet's asyncio hub, other green threads run meanwhile. Elsewhere it
    runs in an event loop of its own; in a coroutine that is impossible and raises RuntimeError.
    """
    if _on_eventlet_hub():
        bridge = importlib.import_module("eventlet.asyncio")
        return bridge.spawn_for_awaitable(coroutine).wait()
    _refuse_in_running_loop(coroutine)
    return asyncio.run(coroutine)


def _on_eventlet_hub() -> bool:
    """Whether this is a green thread on Eventlet's asyncio hub."""
    asyncio_hubs = sys.modules.get("eventlet.hubs.asyncio")
    if asyncio_hubs is None:
        return False
    hub = importlib.import_module("eventlet.hubs").get_hub()
    current = importlib.import_module("greenlet").getcurrent()
    return isinstance(hub, asyncio_hubs.Hub) and current is not hub.greenlet


def _refuse_in_running_loop(coroutine: Coroutine[Any, Any, Any]) -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    coroutine.close()
    name = getattr(coroutine, "__qualname__", repr(coroutine))
    raise RuntimeError(
        f"{name} was called synchronously in a running event loop; "
        "await its asynchronous counterpart there"
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


class SyncFace:
    """The synchronous face of an asynchronous object, which it holds as ``_async``.

    ``class Client(SyncFace, asynchronous=AsyncClient)`` has a method for each of ``AsyncClient``.
    Faces run what they call in one event loop in a thread of its own, so that tasks go on between
    two calls and any thread may call. In a running event loop a call is refused: there, the
    asynchronous class is to be used.
    """

    _async: Any
    _asynchronous: Any

    def __init_subclass__(cls, asynchronous: Any = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if asynchronous is not None:
            cls._asynchronous = asynchronous
            _face_classes[asynchronous] = cls

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.__dict__["_async"] = held = _face_loop.run(self._asynchronous, args, kwargs)
        _faces[id(held)] = self

    def __getattr__(self, name: str) -> Any:
        if name == "_async" or (name.startswith("__") and name.endswith("__")):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        value = _attribute(self._async, name)
        if inspect.isasyncgenfunction(value):
            return functools.partial(self._iterate, value)
        if inspect.iscoroutinefunction(value) or getattr(value, "__self__", None) is self._async:
            return functools.partial(self._call, value)
        return _faced(value)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._async, name, _held(value))

    def __delattr__(self, name: str) -> None:
        delattr(self._async, name)

    def __copy__(self) -> Any:
        return _faced(copy.copy(self._async))

    @staticmethod
    def _call(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call ``function`` in the event loop and wait for its result."""
        result = _faced(_face_loop.run(function, args, kwargs))
        if type(result) in (list, tuple, set, frozenset):
            return type(result)(_faced(item) for item in result)
        if type(result) is dict:
            return {key: _faced(item) for key, item in result.items()}
        return result

    @staticmethod
    def _iterate(
        function: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> Generator[Any, None, None]:
        """Give the items of the async iterator that ``function`` returns."""
        items: AsyncIterable[Any] = _face_loop.run(function, args, kwargs)
        iterator = items.__aiter__()
        try:
            while True:
                try:
                    item = _face_loop.run(iterator.__anext__, (), {})
                except StopAsyncIteration:
                    return
                yield _faced(item)
        finally:
            close = getattr(iterator, "aclose", None)
            if close is not None:
                _face_loop.run(close, (), {})

    @staticmethod
    @contextlib.contextmanager
    def _enter(
        function: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> Generator[Any, None, None]:
        """Enter the async context manager that ``function`` returns."""
        manager = _face_loop.run(function, args, kwargs)
        value = _face_loop.run(manager.__aenter__, (), {})
        try:
            yield _faced(value)
        except BaseException as error:
            details = (type(error), error, error.__traceback__)
            if not _face_loop.run(manager.__aexit__, details, {}):
                raise
        else:
            _face_loop.run(manager.__aexit__, (None, None, None), {})


class FaceAttribute:
    """An attribute of the asynchronous class, of which its face has a class attribute as well."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, face: Any, owner: Any = None) -> Any:
        if face is None:
            return getattr(owner._asynchronous, self._name)
        return _attribute(face._async, self._name)


class _FaceLoop:
    """The event loop of all faces. It starts with the first call, and anew in a forked process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        # At the import: exit functions of the program, registered later, still find the loop.
        atexit.register(self._stop)

    def run(self, function: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Any:
        """Call ``function`` in the loop, and wait for what it returns if that can be awaited.

        What a face holds stands for a face among the arguments.
        """
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            pass
        else:
            name = getattr(function, "__qualname__", repr(function))
            raise RuntimeError(
                f"{name} was called through its synchronous face in a running event loop; "
                "use the asynchronous class there"
            )
        args = [_held(argument) for argument in args]
        kwargs = {name: _held(argument) for name, argument in kwargs.items()}
        if _on_eventlet_hub():
            bridge = importlib.import_module("eventlet.asyncio")
            value, error = bridge.spawn_for_awaitable(_outcome(function, args, kwargs)).wait()
        else:
            value, error = self._wait(function, args, kwargs)
        if error is not None:
            raise error
        return value

    def _wait(self, function: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Any:
        loop = self._running()
        tasks: list[asyncio.Task[Any]] = []
        ended = threading.Event()

        def start() -> None:
            tasks.append(loop.create_task(_outcome(function, args, kwargs)))
            tasks[0].add_done_callback(lambda _: ended.set())

        loop.call_soon_threadsafe(start)
        try:
            ended.wait()
        except BaseException:
            # KeyboardInterrupt: what was called cleans up before the caller goes on.
            loop.call_soon_threadsafe(lambda: tasks[0].cancel())
            ended.wait()
            raise
        return tasks[0].result()

    def _running(self) -> asyncio.AbstractEventLoop:
        if self._loop is None or self._process != os.getpid():
            with self._lock:
                if self._loop is None or self._process != os.getpid():
                    loop = asyncio.new_event_loop()
                    self._thread = threading.Thread(
                        target=self._serve, args=(loop,), name="sync faces", daemon=True
                    )
                    self._thread.start()
                    self._loop, self._process = loop, os.getpid()
        return self._loop

    @staticmethod
    def _serve(loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
            tasks = asyncio.all_tasks(loop)
            for task in tasks:
                task.cancel()
            if tasks:
                loop.run_until_complete(asyncio.wait(tasks, timeout=5))
            loop.run_until_complete(loop.shutdown_asyncgens())
        finally:
            loop.close()

    def _stop(self) -> None:
        if self._loop is not None and self._thread is not None and self._process == os.getpid():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)


_face_loop = _FaceLoop()
_face_classes: dict[Any, Any] = {}
_faces: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()


def _faced(value: Any) -> Any:
    """The face of ``value``, if its class has one; the same face as long as it is in use."""
    cls = _face_classes.get(type(value))
    if cls is None:
        return value
    face = _faces.get(id(value))
    if face is None:
        face = cls.__new__(cls)
        face.__dict__["_async"] = value
        _faces[id(value)] = face
    return face


def _held(argument: Any) -> Any:
    return argument._async if isinstance(argument, SyncFace) else argument


def _attribute(held: Any, name: str) -> Any:
    """The attribute of what a face holds; a property may be a coroutine function."""
    member = inspect.getattr_static(type(held), name, None)
    if isinstance(member, property) and inspect.iscoroutinefunction(member.fget):
        return _face_loop.run(getattr, (held, name), {})
    return getattr(held, name)


async def _outcome(
    function: Callable[..., Any], args: Any, kwargs: dict[str, Any]
) -> tuple[Any, BaseException | None]:
    """The result, or what a task must not raise: it would end the thread of the loop."""
    try:
        result = function(*args, **kwargs)
        if inspect.isawaitable(result) and not isinstance(result, asyncio.Future):
            result = await result
        return result, None
    except (KeyboardInterrupt, SystemExit, StopIteration, StopAsyncIteration) as error:
        return None, error


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


def spawn_n(func: Callable[..., Any], *args: Any, **kwargs: Any) -> GreenThread:
    """Run ``func(*args, **kwargs)`` in a green thread that starts at the next pass of the loop."""
    return GreenThread(func, args, kwargs)._schedule(0)
