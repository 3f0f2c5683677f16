"""Types that the rest speaks in."""
from __future__ import annotations

import collections.abc as cabc
from typing import TYPE_CHECKING, Any, Awaitable, Callable, Protocol, TypedDict, Union

if TYPE_CHECKING:
    from typing import TypeAlias

Handler = Callable[[str], Awaitable[str]]
Quoted: TypeAlias = "Callable[[int], Awaitable[str]]"
Sources = Union[Callable[[], cabc.AsyncIterator[str]], None]
Pure = Callable[[int], int]
Anything = Callable[..., Any]


class Notify(Protocol):
    async def __call__(self, text: str, *, loud: bool = False) -> str: ...


class Options(TypedDict):
    on_done: Callable[[str], Awaitable[None]]
    name: str


class Renderer(Protocol):
    async def render(self, value: int) -> str: ...
