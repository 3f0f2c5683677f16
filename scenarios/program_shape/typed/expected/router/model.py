from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar, overload

T = TypeVar("T")


class Sink(Protocol):
    async def accept(self, parcel: Parcel) -> bool: ...


@dataclass
class Parcel:
    target: str
    weight: float = 1.0


@dataclass
class Shelf:
    """Takes its time to put something away."""

    capacity: int
    parcels: list[Parcel] = field(default_factory=list)

    async def accept(self, parcel: Parcel) -> bool:
        await asyncio.sleep(0.005)
        if len(self.parcels) >= self.capacity:
            return False
        self.parcels.append(parcel)
        return True


class Trash:
    async def accept(self, parcel: Parcel) -> bool:
        return True


class Belt(Generic[T]):
    def __init__(self) -> None:
        self._queue: asyncio.Queue = asyncio.Queue()

    async def put(self, item: T | None) -> None:
        await self._queue.put(item)

    async def items(self) -> AsyncIterator[T]:
        while (item := await self._queue.get()) is not None:
            yield item


class Router:
    def __init__(self, choose: Callable[[Parcel], str], sinks: dict[str, Sink]) -> None:
        self.choose = choose
        self.sinks = sinks
        self.workers: list[asyncio.Task] = []

    async def route(self, belt: Belt[Parcel]) -> dict[str, int]:
        counts: dict[str, int] = {}
        async for parcel in belt.items():
            name: str = self.choose(parcel)
            key = name if await self.sinks[name].accept(parcel) else "lost"
            counts[key] = counts.get(key, 0) + 1
        return counts

    def start(self, belt: Belt[Parcel]) -> asyncio.Task:
        worker = asyncio.create_task(self.route(belt))
        self.workers.append(worker)
        return worker


@overload
async def weigh(parcel: Parcel) -> float: ...
@overload
async def weigh(parcel: list[Parcel]) -> list[float]: ...
async def weigh(parcel):
    await asyncio.sleep(0)
    if isinstance(parcel, list):
        return [await weigh(one) for one in parcel]
    return parcel.weight
