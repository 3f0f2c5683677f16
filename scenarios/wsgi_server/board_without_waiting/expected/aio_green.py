# SPDX-License-Identifier: 0BSD
# ungreen-helper: Event Queue WSGIApp spawn_background spawn_n
"""What this program used of Eventlet, on asyncio.

Written by `ungreen migrate`. It depends on nothing but the standard library and is yours to keep,
to change and to license as you like.
"""

from __future__ import annotations

import asyncio
import collections
import functools
import inspect
import io
import queue
import sys
import traceback
import types
import weakref
from collections.abc import Callable, Coroutine, Generator, Iterator
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


class LightQueue:
    """A queue of at most ``maxsize`` items: unlimited if that is None or negative.

    With a ``maxsize`` of 0, `put` waits until a `get` takes the item. Raises ``queue.Full`` and
    ``queue.Empty``. Waiters are served in the order in which they came. An item put while a getter
    waits stays in the queue until the getter runs, and another may be faster.
    """

    queue: Any

    def __init__(self, maxsize: int | None = None) -> None:
        self.maxsize = None if maxsize is None or maxsize < 0 else maxsize
        self._getters: collections.deque[asyncio.Future[Any]] = collections.deque()
        self._putters: collections.deque[tuple[asyncio.Future[Any], Any]] = collections.deque()
        self._init(maxsize)

    def _init(self, maxsize: int | None) -> None:
        self.queue = collections.deque()

    def _get(self) -> Any:
        return self.queue.popleft()

    def _put(self, item: Any) -> None:
        self.queue.append(item)

    def qsize(self) -> int:
        """The number of items."""
        return len(self.queue)

    def empty(self) -> bool:
        """Whether there is no item."""
        return not self.qsize()

    def full(self) -> bool:
        """Whether ``maxsize`` is reached."""
        return self.maxsize is not None and self.qsize() >= self.maxsize

    def putting(self) -> int:
        """The number of tasks that wait to put."""
        return len(self._putters)

    def getting(self) -> int:
        """The number of tasks that wait for an item."""
        return len(self._getters)

    def resize(self, size: int | None) -> None:
        """Change ``maxsize``; growing it wakes those that wait to put."""
        self.maxsize = size
        for putter, _ in self._putters:
            _wake(putter)

    def put_nowait(self, item: Any) -> None:
        """Put ``item`` or raise ``queue.Full``."""
        if not self.full():
            self._add(item)
            self._signal_getter()
        elif self.maxsize != 0 or not self._hand_over(item):
            raise queue.Full

    def get_nowait(self) -> Any:
        """Return the next item or raise ``queue.Empty``."""
        if self.empty():
            raise queue.Empty
        item = self._get()
        self._signal_putter()
        return item

    async def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """Put ``item``; raise ``queue.Full`` if there is no room for it in time.

        The timeout is in seconds and means nothing if ``block`` is False.
        """
        deadline = None if timeout is None else asyncio.get_running_loop().time() + timeout
        while True:
            if not self.full():
                self._add(item)
                self._signal_getter()
                return
            if self.maxsize == 0 and self._hand_over(item):
                await asyncio.sleep(0)
                return
            if not block:
                raise queue.Full
            putter = asyncio.get_running_loop().create_future()
            entry = (putter, item)
            self._putters.append(entry)
            try:
                if not await _settled(putter, deadline):
                    raise queue.Full
                if putter.result() is _TAKEN:
                    return
            except BaseException:
                if putter.done() and not self.full():
                    self._signal_putter(excepting=putter)
                raise
            finally:
                self._putters.remove(entry)

    async def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """Return the next item; raise ``queue.Empty`` if none comes in time.

        The timeout is in seconds and means nothing if ``block`` is False.
        """
        deadline = None if timeout is None else asyncio.get_running_loop().time() + timeout
        while True:
            if not self.empty():
                return self.get_nowait()
            if not block:
                raise queue.Empty
            if self.maxsize == 0:
                for putter, item in self._putters:
                    if not putter.done():
                        putter.set_result(_TAKEN)
                        self._add(item)
                        return self._get()
            getter = asyncio.get_running_loop().create_future()
            self._getters.append(getter)
            try:
                if not await _settled(getter, deadline):
                    raise queue.Empty
                if getter.result() is not None:
                    return getter.result()[0]
            except BaseException:
                if getter.done() and not getter.cancelled() and getter.result() is not None:
                    self._put(getter.result()[0])
                if not self.empty():
                    self._signal_getter(excepting=getter)
                raise
            finally:
                self._getters.remove(getter)

    def _add(self, item: Any) -> None:
        self._put(item)

    def _hand_over(self, item: Any) -> bool:
        """Give ``item`` to a task that waits for one; return whether there was one."""
        for getter in self._getters:
            if not getter.done():
                self._add(item)
                getter.set_result((self._get(),))
                return True
        return False

    def _signal_getter(self, excepting: asyncio.Future[Any] | None = None) -> None:
        for getter in self._getters:
            if getter is not excepting and not getter.done():
                getter.set_result(None)
                return

    def _signal_putter(self, excepting: asyncio.Future[Any] | None = None) -> None:
        for putter, _ in self._putters:
            if putter is not excepting and not putter.done():
                putter.set_result(None)
                return


_TAKEN = object()


async def _settled(future: asyncio.Future[Any], deadline: float | None) -> bool:
    """Wait for ``future``; return False if the loop's clock reaches ``deadline`` before."""
    if deadline is None:
        await future
    else:
        timeout = max(0, deadline - asyncio.get_running_loop().time())
        await asyncio.wait({future}, timeout=timeout)
    return future.done()


class Queue(LightQueue):
    """A `LightQueue` that counts the items whose processing is not done."""

    def __init__(self, maxsize: int | None = None) -> None:
        super().__init__(maxsize)
        self.unfinished_tasks = 0
        self._joiners: list[asyncio.Future[Any]] = []

    def _add(self, item: Any) -> None:
        super()._add(item)
        self.unfinished_tasks += 1

    def task_done(self) -> None:
        """Say that one item is processed; raise ValueError if there was none."""
        if self.unfinished_tasks <= 0:
            raise ValueError("task_done() called too many times")
        self.unfinished_tasks -= 1
        if self.unfinished_tasks == 0:
            for joiner in self._joiners:
                _wake(joiner)
            self._joiners.clear()

    async def join(self) -> None:
        """Wait until every item put was said to be done."""
        if self.unfinished_tasks > 0:
            joiner = asyncio.get_running_loop().create_future()
            self._joiners.append(joiner)
            await joiner


def spawn_n(func: Callable[..., Any], *args: Any, **kwargs: Any) -> GreenThread:
    """Run ``func(*args, **kwargs)`` in a green thread that starts at the next pass of the loop."""
    return GreenThread(func, args, kwargs)._schedule(0)


class WSGIApp:
    """A WSGI application as an ASGI application that runs on the event loop.

    ``application`` is what ``eventlet.wsgi.server`` served; it may have become a coroutine
    function, and what it returns may have become an asynchronous iterable. One request at a time
    runs between two ``await``s, as green threads do. Of more than ``max_size`` requests at a time
    the others wait.
    """

    def __init__(self, application: Callable[..., Any], max_size: int | None = None) -> None:
        self.application = application
        self.max_size = max_size
        self._slots: asyncio.Semaphore | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            for answer in ("lifespan.startup.complete", "lifespan.shutdown.complete"):
                await receive()
                await send({"type": answer})
        elif self.max_size is None:
            await self._respond(scope, receive, send)
        else:
            if self._slots is None:
                self._slots = asyncio.Semaphore(self.max_size)
            async with self._slots:
                await self._respond(scope, receive, send)

    async def _respond(self, scope: Any, receive: Any, send: Any) -> None:
        body = io.BytesIO()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body.write(message.get("body", b""))
            if not message.get("more_body"):
                break
        body.seek(0)
        environ = self._environ(scope, body)
        answer = "http.response"
        connection = {"receive": receive, "send": send, "accepted": False}
        if scope["type"] == "websocket":
            answer = "websocket.http.response"
            environ["asgi.websocket"] = connection
        head: list[Any] = []
        written: list[bytes] = []
        started = False

        def start_response(
            status: str, headers: Any, exc_info: Any = None
        ) -> Callable[[bytes], None]:
            if exc_info and started:
                raise exc_info[1]
            if head and not exc_info:
                raise AssertionError("the headers are set already")
            head[:] = [status, list(headers)]
            return written.append

        async def write(data: bytes, *, more: bool = True, whole: bool = False) -> None:
            nonlocal started
            if not started:
                if not head:
                    raise AssertionError("start_response was not called")
                status, headers = head
                if whole and "content-length" not in [name.lower() for name, _ in headers]:
                    headers.append(("Content-Length", str(len(data))))
                started = True
                await send(
                    {
                        "type": f"{answer}.start",
                        "status": int(status.split(" ", 1)[0]),
                        "headers": [
                            (name.lower().encode("latin-1"), value.encode("latin-1"))
                            for name, value in headers
                        ],
                    }
                )
            await send({"type": f"{answer}.body", "body": data, "more_body": more})

        result = self.application(environ, start_response)
        if inspect.isawaitable(result):
            result = await result
        if connection["accepted"]:
            return
        try:
            if isinstance(result, (list, tuple)):
                await write(b"".join([*written, *result]), more=False, whole=not written)
                return
            if hasattr(result, "__aiter__"):
                async for data in result:
                    await self._pass_on(written, data, write)
            else:
                for data in result:
                    await self._pass_on(written, data, write)
            await write(b"".join(written), more=False)
        finally:
            close = getattr(result, "aclose", None) or getattr(result, "close", None)
            if close is not None:
                closing = close()
                if inspect.isawaitable(closing):
                    await closing

    @staticmethod
    async def _pass_on(written: list[bytes], data: bytes, write: Any) -> None:
        """Send what the application wrote, and then what it yielded."""
        data = b"".join([*written, data])
        written.clear()
        if data:
            await write(data)

    @staticmethod
    def _environ(scope: Any, body: io.BytesIO) -> dict[str, Any]:
        host, port = scope.get("server") or ("localhost", 80)
        client = scope.get("client") or ("", 0)
        environ: dict[str, Any] = {
            "REQUEST_METHOD": scope.get("method", "GET"),
            "SCRIPT_NAME": "",
            "PATH_INFO": scope["path"].encode().decode("latin-1"),
            "RAW_PATH_INFO": scope.get("raw_path", b"").decode("latin-1"),
            "QUERY_STRING": scope["query_string"].decode("latin-1"),
            "SERVER_NAME": host,
            "SERVER_PORT": str(port),
            "SERVER_PROTOCOL": "HTTP/1.0",
            "GATEWAY_INTERFACE": "CGI/1.1",
            "REMOTE_ADDR": client[0],
            "REMOTE_PORT": str(client[1]),
            "CONTENT_TYPE": "text/plain",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": scope.get("scheme", "http").replace("ws", "http"),
            "wsgi.input": body,
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        headers: dict[str, str] = {}
        for raw_name, raw_value in scope["headers"]:
            name = raw_name.decode("latin-1").upper().replace("-", "_")
            value = raw_value.decode("latin-1")
            if name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
                environ[name] = value
            elif "_" in raw_name.decode("latin-1"):
                continue
            elif f"HTTP_{name}" in headers:
                headers[f"HTTP_{name}"] += f",{value}"
            else:
                headers[f"HTTP_{name}"] = value
        return {**environ, **headers}
