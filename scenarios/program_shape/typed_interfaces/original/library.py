"""Readers, stores and hooks of a library, typed."""
from __future__ import annotations
import abc
import contextlib
import dataclasses
import functools
import typing as t
from typing import (Callable, Dict, Generator, Iterable, Iterator, List, NamedTuple, Optional, ParamSpec, Protocol,
                    Tuple, TypeVar)

import eventlet
from eventlet import greenpool

P = ParamSpec("P")
T = TypeVar("T")

Handler = Callable[[str], int]
Hooks = Dict[str, List[Handler]]
MaybeHandler = Optional[Handler]


def retry(times: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    def decorate(fn: Callable[P, T]) -> Callable[P, T]:
        @functools.wraps(fn)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
            for attempt in range(times):
                try:
                    return fn(*args, **kwargs)
                except ValueError:
                    print("again", attempt)
            raise RuntimeError("given up")
        return wrapper
    return decorate


def timed(fn: Callable[P, T]) -> Callable[P, T]:
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        result = fn(*args, **kwargs)
        print("timed", fn.__name__)
        return result
    return wrapper


seen = []


@retry(3)
def fetch(name: str) -> str:
    eventlet.sleep(0)
    seen.append(name)
    if len(seen) < 2:
        raise ValueError(name)
    return name.upper()


@timed
def length(name: str) -> int:
    eventlet.sleep(0)
    return len(name)


class Store(Protocol):
    name: str

    def get(self, key: str) -> Optional[str]: ...

    def keys(self) -> Iterator[str]: ...


class MemoryStore:
    name = "memory"

    def __init__(self) -> None:
        self.data = {"a": "1", "b": "2"}

    def get(self, key: str) -> Optional[str]:
        eventlet.sleep(0)
        return self.data.get(key)

    def keys(self) -> Iterator[str]:
        for key in self.data:
            eventlet.sleep(0)
            yield key


class Base(abc.ABC):
    @abc.abstractmethod
    def lines(self) -> Iterator[str]:
        """All lines."""

    @abc.abstractmethod
    def close(self) -> None:
        raise NotImplementedError


class Reader(Base):
    def lines(self) -> Iterator[str]:
        eventlet.sleep(0)
        yield "one"
        yield "two"

    def close(self) -> None:
        eventlet.sleep(0)
        print("closed")


@dataclasses.dataclass
class Job:
    name: str
    action: Callable[[str], int]
    on_done: Optional[Callable[[int], None]] = None
    tags: List[str] = dataclasses.field(default_factory=list)


class Route(NamedTuple):
    path: str
    handler: Handler


def report(value: int) -> None:
    eventlet.sleep(0)
    print("done", value)


@contextlib.contextmanager
def session(name: str) -> Iterator[str]:
    eventlet.sleep(0)
    yield "<" + name + ">"
    eventlet.sleep(0)


def numbers(n: int) -> Generator[int, None, None]:
    for i in range(n):
        eventlet.sleep(0)
        yield i


def total(values: Iterable[int]) -> int:
    result = 0
    for value in values:
        result += value
    return result


def pick(flag: bool) -> Callable[[str], int]:
    return length if flag else other


def other(name: str) -> int:
    return -1


class App:
    hooks: Hooks

    def __init__(self, store: Store, extra: MaybeHandler = None) -> None:
        self.store: Store = store
        self.hooks = {}
        self.extra: MaybeHandler = extra
        self._callbacks: List[Tuple[str, Callable[[int], None]]] = []

    def on(self, event: str, handler: Handler) -> None:
        self.hooks.setdefault(event, []).append(handler)

    def fire(self, event: str, value: str) -> List[int]:
        return [handler(value) for handler in self.hooks.get(event, [])]

    def add(self, name: str, callback: Callable[[int], None]) -> None:
        self._callbacks.append((name, callback))

    def run(self) -> None:
        for name, callback in self._callbacks:
            callback(len(name))
        for key in self.store.keys():
            print(key, self.store.get(key))
        if self.extra is not None:
            print(self.extra("extra"))


def submit(pool: greenpool.GreenPool, fn: Callable[[str], int], args: Tuple[str, ...]) -> None:
    for arg in args:
        pool.spawn(fn, arg)


def start(fn: "t.Callable[[str], int]", arg: str) -> int:
    thread = eventlet.spawn(fn, arg)
    return thread.wait()


def each(factory: Callable[[int], Iterator[int]]) -> None:
    for n in factory(2):
        print("n", n)


def main() -> None:
    print(fetch("x"), length("abc"))
    app = App(MemoryStore(), extra=length)
    app.on("start", length)
    print(app.fire("start", "hello"))
    app.add("cb", report)
    app.run()
    job = Job("j", length, report)
    value = job.action(job.name)
    if job.on_done:
        job.on_done(value)
    route = Route("/", length)
    print(route.path, route.handler("route"))
    reader: Base = Reader()
    for line in reader.lines():
        print(line)
    reader.close()
    with session("s") as s:
        print(s)
    print(total(numbers(4)))
    print(pick(True)("four"), pick(False)("x"))
    pool = greenpool.GreenPool()
    submit(pool, length, ("p", "qq"))
    pool.waitall()
    print(start(length, "zzz"))
    each(numbers)


main()
