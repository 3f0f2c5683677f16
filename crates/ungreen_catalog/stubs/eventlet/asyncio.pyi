from collections.abc import Awaitable
from typing import TypeVar

from eventlet.greenthread import GreenThread

R = TypeVar("R")

__all__ = ["spawn_for_awaitable"]

def spawn_for_awaitable(coroutine: Awaitable[R]) -> GreenThread[R]: ...
