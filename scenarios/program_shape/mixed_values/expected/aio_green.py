# SPDX-License-Identifier: 0BSD
# ungreen-helper: afilter amap asorted azip iterate settled
"""What this program used of Eventlet, on asyncio.

Written by `ungreen migrate`. It depends on nothing but the standard library and is yours to keep,
to change and to license as you like.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, Callable
from typing import Any


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


async def settled(value: Any) -> Any:
    """Return `value`, awaited if need be: the result of a call that may be that of a coroutine."""
    return await value if inspect.isawaitable(value) else value


async def afilter(function: Callable[[Any], Any] | None, items: Any) -> AsyncGenerator[Any, None]:
    """`filter` of an asynchronous iterable."""
    async for item in iterate(items):
        if item if function is None else await settled(function(item)):
            yield item


async def amap(function: Callable[..., Any], *iterables: Any) -> AsyncGenerator[Any, None]:
    """`map` over iterables, some of which are asynchronous."""
    async for items in azip(*iterables):
        yield await settled(function(*items))


async def asorted(
    items: Any, *, key: Callable[[Any], Any] | None = None, reverse: bool = False
) -> list[Any]:
    """`sorted` by keys that coroutines give."""
    keyed = []
    async for item in iterate(items):
        keyed.append((item if key is None else await settled(key(item)), item))
    keyed.sort(key=lambda pair: pair[0], reverse=reverse)
    return [item for _, item in keyed]
