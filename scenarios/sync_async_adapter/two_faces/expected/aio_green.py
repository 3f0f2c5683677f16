# SPDX-License-Identifier: 0BSD
# ungreen-helper: GreenPool SyncFace create_connection makefile
"""What this program used of Eventlet, on asyncio.

Written by `ungreen migrate`. It depends on nothing but the standard library and is yours to keep,
to change and to license as you like.
"""

from __future__ import annotations

import asyncio
import atexit
import codecs
import collections
import contextlib
import copy
import errno
import functools
import importlib
import inspect
import io
import locale
import os
import socket
import sys
import threading
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


async def getaddrinfo(
    host: Any, port: Any, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0
) -> list[Any]:
    """``socket.getaddrinfo`` in a thread of the executor."""
    return await asyncio.get_running_loop().getaddrinfo(
        host, port, family=family, type=type, proto=proto, flags=flags
    )


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


_CLOSED_BY_PEER = {errno.ECONNRESET, errno.ESHUTDOWN, errno.EPIPE}


class AsyncSocket:
    """A socket whose blocking methods are coroutines; its other methods are those of a socket.

    Needs an event loop with ``add_reader``: any but the proactor loop of Windows.
    """

    def __init__(
        self,
        family: int | socket.socket = socket.AF_INET,
        type: int = socket.SOCK_STREAM,
        proto: int = 0,
        fileno: int | None = None,
    ) -> None:
        if isinstance(family, socket.socket):
            self._socket = family
        else:
            self._socket = socket.socket(family, type, proto, fileno)
        self._timeout = self._socket.gettimeout() or socket.getdefaulttimeout()
        self._socket.setblocking(False)
        self._waiters: dict[bool, tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = {}

    def __getattr__(self, name: str) -> Any:
        if name == "_socket":
            raise AttributeError(name)
        return getattr(self._socket, name)

    def __enter__(self) -> AsyncSocket:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def __del__(self) -> None:
        if hasattr(self, "_socket"):
            self._socket.close()

    def settimeout(self, value: float | None) -> None:
        """Limit each later operation to ``value`` seconds; 0 forbids waiting, None is no limit."""
        if value is not None and value < 0:
            raise ValueError("Timeout value out of range")
        self._timeout = value

    def gettimeout(self) -> float | None:
        """The limit of `settimeout`."""
        return self._timeout

    def setblocking(self, flag: bool) -> None:
        """Allow or forbid waiting."""
        self._timeout = None if flag else 0.0

    def dup(self) -> AsyncSocket:
        """Another object for the same connection."""
        duplicate = AsyncSocket(self._socket.dup())
        duplicate.settimeout(self._timeout)
        return duplicate

    def close(self) -> None:
        """Close the socket; a task that waits for it gets OSError."""
        for writing, (loop, waiter) in self._waiters.items():
            self._unwatch(loop, writing)
            _wake(waiter)
        self._socket.close()

    async def accept(self) -> tuple[AsyncSocket, Any]:
        """Wait for a connection; return its socket and the address of the peer."""
        connection, address = await self._retry(False, self._socket.accept)
        return AsyncSocket(connection), address

    async def connect(self, address: Any) -> None:
        """Connect to ``address``; a host name is looked up without blocking the loop."""
        if self._timeout == 0:
            self._socket.connect(address)
            return
        connecting = asyncio.get_running_loop().sock_connect(self._socket, address)
        try:
            await asyncio.wait_for(connecting, self._timeout)
        except asyncio.TimeoutError as error:
            if getattr(error, "errno", None) is not None:
                raise
            raise socket.timeout("timed out") from None

    def connect_now(self, address: Any) -> None:
        """Connect a datagram socket, which needs no waiting."""
        self._socket.connect(address)

    async def connect_ex(self, address: Any) -> int:
        """Like `connect`, but return the error number, 0 for success."""
        try:
            await self.connect(address)
        except OSError as error:
            return errno.EAGAIN if error.errno is None else error.errno
        return 0

    async def recv(self, bufsize: int, flags: int = 0) -> bytes:
        """Receive at most ``bufsize`` bytes; none if the peer closed or reset the connection."""
        return await self._receive(b"", self._socket.recv, bufsize, flags)

    async def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        """Like `recv`, into ``buffer``; return the number of bytes."""
        return await self._receive(0, self._socket.recv_into, buffer, nbytes, flags)

    async def recvfrom(self, bufsize: int, flags: int = 0) -> tuple[bytes, Any]:
        """Like `recv`; return the address of the sender too."""
        return await self._receive((b"", None), self._socket.recvfrom, bufsize, flags)

    async def recvfrom_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> tuple[int, Any]:
        """Like `recv_into`; return the address of the sender too."""
        return await self._receive((0, None), self._socket.recvfrom_into, buffer, nbytes, flags)

    async def send(self, data: Any, flags: int = 0) -> int:
        """Send some of ``data``; return the number of bytes that the system took."""
        return await self._retry(True, self._socket.send, data, flags)

    async def sendall(self, data: Any, flags: int = 0) -> None:
        """Send ``data``; return when the system took all of it."""
        with memoryview(data) as view, view.cast("B") as rest:
            sent = 0
            while sent < len(rest):
                sent += await self.send(rest[sent:], flags)

    async def sendto(self, data: Any, *flags_and_address: Any) -> int:
        """Send a datagram; return its number of bytes."""
        return await self._retry(True, self._socket.sendto, data, *flags_and_address)

    async def _receive(self, nothing: Any, call: Callable[..., Any], *args: Any) -> Any:
        try:
            return await self._retry(False, call, *args)
        except OSError as error:
            if self._timeout != 0 and error.errno in _CLOSED_BY_PEER:
                return nothing
            raise

    async def _retry(self, writing: bool, call: Callable[..., Any], *args: Any) -> Any:
        """Call the non-blocking ``call`` again and again until it does what it should."""
        loop = asyncio.get_running_loop()
        deadline = None if self._timeout is None else loop.time() + self._timeout
        while True:
            try:
                return call(*args)
            except (BlockingIOError, InterruptedError):
                if self._timeout == 0:
                    raise
            await self._wait(loop, writing, deadline)

    async def _wait(
        self, loop: asyncio.AbstractEventLoop, writing: bool, deadline: float | None
    ) -> None:
        if writing in self._waiters:
            verb = "write" if writing else "read"
            raise RuntimeError(f"Second simultaneous {verb} on fileno {self.fileno()} detected.")
        waiter = loop.create_future()
        self._waiters[writing] = (loop, waiter)
        (loop.add_writer if writing else loop.add_reader)(self.fileno(), _wake, waiter)
        try:
            timeout = None if deadline is None else max(0, deadline - loop.time())
            await asyncio.wait({waiter}, timeout=timeout)
            if not waiter.done():
                raise socket.timeout("timed out")
        finally:
            del self._waiters[writing]
            if self.fileno() >= 0:
                self._unwatch(loop, writing)

    def _unwatch(self, loop: asyncio.AbstractEventLoop, writing: bool) -> None:
        (loop.remove_writer if writing else loop.remove_reader)(self.fileno())


async def create_connection(
    address: tuple[Any, Any],
    timeout: float | None = _MISSING,
    source_address: Any = None,
) -> AsyncSocket:
    """Connect to the first address of the host that accepts, with ``timeout`` for each."""
    host, port = address
    failure = OSError("getaddrinfo returns an empty list")
    for family, kind, proto, _, target in await getaddrinfo(host, port, 0, socket.SOCK_STREAM):
        sock = AsyncSocket(family, kind, proto)
        try:
            if timeout is not _MISSING:
                sock.settimeout(timeout)
            if source_address:
                sock.bind(source_address)
            await sock.connect(target)
            return sock
        except OSError as error:
            failure = error
            sock.close()
        except BaseException:
            sock.close()
            raise
    raise failure


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


class SocketFile:
    """A file over a socket, made by `makefile`."""

    def __init__(
        self,
        sock: AsyncSocket,
        mode: str = "r",
        buffering: int | None = None,
        *,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
    ) -> None:
        if not set(mode) <= {"r", "w", "b"}:
            raise ValueError(f"invalid mode {mode!r} (only r, w, b allowed)")
        self.mode = mode
        self.closed = False
        self._sock = sock
        self._is_text = "b" not in mode
        self._encoding = encoding or locale.getpreferredencoding(False)
        self._errors = errors or "strict"
        decoder = codecs.getincrementaldecoder(self._encoding)(self._errors)
        self._decoder = io.IncrementalNewlineDecoder(decoder, translate=newline is None)
        self._received: Any = "" if self._is_text else b""
        self._at_end = False
        self._timed_out = False
        self._unsent = bytearray()
        self._buffer_size = io.DEFAULT_BUFFER_SIZE if buffering in (None, -1, 1) else buffering or 0
        self._flushes_lines = buffering == 1

    async def read(self, size: int | None = -1) -> Any:
        """Return ``size`` characters or bytes, fewer at the end; all up to the end by default."""
        size = -1 if size is None else size
        while (size < 0 or len(self._received) < size) and await self._receive():
            pass
        return self._take(len(self._received) if size < 0 else size)

    async def readline(self, size: int | None = -1) -> Any:
        """Return the next line with its line break, or ``size`` characters or bytes of it."""
        size = -1 if size is None else size
        line_break = "\n" if self._is_text else b"\n"
        searched = 0
        while True:
            end = self._received.find(line_break, searched) + 1
            if end or 0 <= size <= len(self._received):
                break
            searched = len(self._received)
            if not await self._receive():
                break
        end = end or len(self._received)
        return self._take(end if size < 0 else min(end, size))

    async def readlines(self) -> list[Any]:
        """Return all lines up to the end."""
        return [line async for line in self]

    async def write(self, data: Any) -> int:
        """Write ``data``, in the end by `flush` or `close`; return its length."""
        encoded = data.encode(self._encoding, self._errors) if self._is_text else data
        self._unsent += encoded
        if len(self._unsent) > self._buffer_size or (self._flushes_lines and b"\n" in encoded):
            await self.flush()
        return len(data)

    async def writelines(self, lines: Any) -> None:
        """Write each of ``lines``."""
        for line in lines:
            await self.write(line)

    async def flush(self) -> None:
        """Send what is written."""
        if self._unsent:
            unsent, self._unsent = self._unsent, bytearray()
            await self._sock.sendall(unsent)

    async def close(self) -> None:
        """Send what is written. The socket stays open."""
        if not self.closed:
            self.closed = True
            await self.flush()

    def __aiter__(self) -> SocketFile:
        return self

    async def __anext__(self) -> Any:
        line = await self.readline()
        if not line:
            raise StopAsyncIteration
        return line

    async def __aenter__(self) -> SocketFile:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.close()

    async def _receive(self) -> bool:
        """Receive more; return False at the end."""
        if self.closed:
            raise ValueError("I/O operation on closed file.")
        if self._at_end:
            return False
        if self._timed_out:
            raise OSError("cannot read from timed out object")
        try:
            data = await self._sock.recv(io.DEFAULT_BUFFER_SIZE)
        except socket.timeout:
            self._timed_out = True
            raise
        self._at_end = not data
        self._received += self._decoder.decode(data, self._at_end) if self._is_text else data
        return True

    def _take(self, count: int) -> Any:
        taken, self._received = self._received[:count], self._received[count:]
        return taken


def makefile(
    sock: AsyncSocket, mode: str = "r", buffering: int | None = None, **kwargs: Any
) -> SocketFile:
    """A file over ``sock``, with the parameters of ``socket.makefile``."""
    return SocketFile(sock, mode, buffering, **kwargs)


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
