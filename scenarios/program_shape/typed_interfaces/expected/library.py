"""Readers, stores and hooks of a library, typed."""
from __future__ import annotations
import abc
import asyncio
import contextlib
import dataclasses
import functools
import typing as t
from typing import (
    Any,
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Dict,
    List,
    NamedTuple,
    Optional,
    ParamSpec,
    Protocol,
    Tuple,
    TypeVar,
)

from aio_green import GreenPool

P = ParamSpec("P")
T = TypeVar("T")

Handler = Callable[[str], Coroutine[Any, Any, int]]
Hooks = Dict[str, List[Handler]]
MaybeHandler = Optional[Handler]


def retry(times: int) -> Callable[[Callable[P, Awaitable[T]]], Callable[P, Awaitable[T]]]:
    def decorate(fn: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
        @functools.wraps(fn)
        async def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
            for attempt in range(times):
                try:
                    return await fn(*args, **kwargs)
                except ValueError:
                    print("again", attempt)
            raise RuntimeError("given up")
        return wrapper
    return decorate


def timed(fn: Callable[P, Awaitable[T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    async def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        result = await fn(*args, **kwargs)
        print("timed", fn.__name__)
        return result
    return wrapper


seen = []


@retry(3)
async def fetch(name: str) -> str:
    await asyncio.sleep(0)
    seen.append(name)
    if len(seen) < 2:
        raise ValueError(name)
    return name.upper()


@timed
async def length(name: str) -> int:
    await asyncio.sleep(0)
    return len(name)


class Store(Protocol):
    name: str

    async def get(self, key: str) -> Optional[str]: ...

    def keys(self) -> AsyncIterator[str]: ...


class MemoryStore:
    name = "memory"

    def __init__(self) -> None:
        self.data = {"a": "1", "b": "2"}

    async def get(self, key: str) -> Optional[str]:
        await asyncio.sleep(0)
        return self.data.get(key)

    async def keys(self) -> AsyncIterator[str]:
        for key in self.data:
            await asyncio.sleep(0)
            yield key


class Base(abc.ABC):
    @abc.abstractmethod
    def lines(self) -> AsyncIterator[str]:
        """All lines."""

    @abc.abstractmethod
    async def close(self) -> None:
        raise NotImplementedError


class Reader(Base):
    async def lines(self) -> AsyncIterator[str]:
        await asyncio.sleep(0)
        yield "one"
        yield "two"

    async def close(self) -> None:
        await asyncio.sleep(0)
        print("closed")


@dataclasses.dataclass
class Job:
    name: str
    action: Callable[[str], Coroutine[Any, Any, int]]
    on_done: Optional[Callable[[int], Awaitable[None]]] = None
    tags: List[str] = dataclasses.field(default_factory=list)


class Route(NamedTuple):
    path: str
    handler: Handler


async def report(value: int) -> None:
    await asyncio.sleep(0)
    print("done", value)


@contextlib.asynccontextmanager
async def session(name: str) -> AsyncIterator[str]:
    await asyncio.sleep(0)
    yield "<" + name + ">"
    await asyncio.sleep(0)


async def numbers(n: int) -> AsyncGenerator[int, None]:
    for i in range(n):
        await asyncio.sleep(0)
        yield i


async def total(values: AsyncIterable[int]) -> int:
    result = 0
    async for value in values:
        result += value
    return result


def pick(flag: bool) -> Callable[[str], Coroutine[Any, Any, int]]:
    return length if flag else other


async def other(name: str) -> int:
    return -1


class App:
    hooks: Hooks

    def __init__(self, store: Store, extra: MaybeHandler = None) -> None:
        self.store: Store = store
        self.hooks = {}
        self.extra: MaybeHandler = extra
        self._callbacks: List[Tuple[str, Callable[[int], Awaitable[None]]]] = []

    def on(self, event: str, handler: Handler) -> None:
        self.hooks.setdefault(event, []).append(handler)

    async def fire(self, event: str, value: str) -> List[int]:
        return [await handler(value) for handler in self.hooks.get(event, [])]

    def add(self, name: str, callback: Callable[[int], Awaitable[None]]) -> None:
        self._callbacks.append((name, callback))

    async def run(self) -> None:
        for name, callback in self._callbacks:
            await callback(len(name))
        async for key in self.store.keys():
            print(key, await self.store.get(key))
        if self.extra is not None:
            print(await self.extra("extra"))


async def submit(pool: GreenPool, fn: Callable[[str], Coroutine[Any, Any, int]], args: Tuple[str, ...]) -> None:
    for arg in args:
        await pool.spawn(fn, arg)


async def start(fn: "t.Callable[[str], t.Coroutine[t.Any, t.Any, int]]", arg: str) -> int:
    thread = asyncio.create_task(fn(arg))
    return await thread


async def each(factory: Callable[[int], AsyncIterator[int]]) -> None:
    async for n in factory(2):
        print("n", n)


async def main() -> None:
    print(await fetch("x"), await length("abc"))
    app = App(MemoryStore(), extra=length)
    app.on("start", length)
    print(await app.fire("start", "hello"))
    app.add("cb", report)
    await app.run()
    job = Job("j", length, report)
    value = await job.action(job.name)
    if job.on_done:
        await job.on_done(value)
    route = Route("/", length)
    print(route.path, await route.handler("route"))
    reader: Base = Reader()
    async for line in reader.lines():
        print(line)
    await reader.close()
    async with session("s") as s:
        print(s)
    print(await total(numbers(4)))
    print(await pick(True)("four"), await pick(False)("x"))
    pool = GreenPool()
    await submit(pool, length, ("p", "qq"))
    await pool.waitall()
    print(await start(length, "zzz"))
    await each(numbers)


asyncio.run(main())
