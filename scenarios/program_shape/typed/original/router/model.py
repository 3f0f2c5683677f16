from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar, overload

import eventlet
from eventlet.queue import Queue

if TYPE_CHECKING:
    from eventlet.greenthread import GreenThread

T = TypeVar("T")


class Sink(Protocol):
    def accept(self, parcel: Parcel) -> bool: ...


@dataclass
class Parcel:
    target: str
    weight: float = 1.0


@dataclass
class Shelf:
    """Takes its time to put something away."""

    capacity: int
    parcels: list[Parcel] = field(default_factory=list)

    def accept(self, parcel: Parcel) -> bool:
        eventlet.sleep(0.005)
        if len(self.parcels) >= self.capacity:
            return False
        self.parcels.append(parcel)
        return True


class Trash:
    def accept(self, parcel: Parcel) -> bool:
        return True


class Belt(Generic[T]):
    def __init__(self) -> None:
        self._queue: Queue = Queue()

    def put(self, item: T | None) -> None:
        self._queue.put(item)

    def items(self) -> Iterator[T]:
        while (item := self._queue.get()) is not None:
            yield item


class Router:
    def __init__(self, choose: Callable[[Parcel], str], sinks: dict[str, Sink]) -> None:
        self.choose = choose
        self.sinks = sinks
        self.workers: list[GreenThread] = []

    def route(self, belt: Belt[Parcel]) -> dict[str, int]:
        counts: dict[str, int] = {}
        for parcel in belt.items():
            name: str = self.choose(parcel)
            key = name if self.sinks[name].accept(parcel) else "lost"
            counts[key] = counts.get(key, 0) + 1
        return counts

    def start(self, belt: Belt[Parcel]) -> GreenThread:
        worker = eventlet.spawn(self.route, belt)
        self.workers.append(worker)
        return worker


@overload
def weigh(parcel: Parcel) -> float: ...
@overload
def weigh(parcel: list[Parcel]) -> list[float]: ...
def weigh(parcel):
    eventlet.sleep(0)
    if isinstance(parcel, list):
        return [weigh(one) for one in parcel]
    return parcel.weight
