"""Types that the rest speaks in."""
from __future__ import annotations

import collections.abc as cabc
from typing import TYPE_CHECKING, Any, Callable, Protocol, TypedDict, Union

if TYPE_CHECKING:
    from typing import TypeAlias

Handler = Callable[[str], str]
Quoted: TypeAlias = "Callable[[int], str]"
Sources = Union[Callable[[], cabc.Iterator[str]], None]
Pure = Callable[[int], int]
Anything = Callable[..., Any]


class Notify(Protocol):
    def __call__(self, text: str, *, loud: bool = False) -> str: ...


class Options(TypedDict):
    on_done: Callable[[str], None]
    name: str


class Renderer(Protocol):
    def render(self, value: int) -> str: ...
