# /// part
# defines = [
#   "SyncFace", "FaceAttribute", "_FaceLoop", "_face_loop", "_face_classes", "_faces", "_faced",
#   "_held", "_attribute", "_outcome",
# ]
# requires = ["run_sync"]
# imports = [
#   "import asyncio", "import atexit", "import contextlib", "import copy", "import functools",
#   "import importlib", "import inspect", "import os", "import threading", "import weakref",
#   "from collections.abc import AsyncIterable, Callable, Generator", "from typing import Any",
# ]
# ///
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
