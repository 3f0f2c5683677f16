from collections.abc import Callable
from typing import Any, TypeVar

from eventlet.support import greenlets as greenlets

F = TypeVar("F")

PY33: bool

def get_errno(exc: BaseException) -> int | None: ...
def bytes_to_str(b: bytes | str, encoding: str = "ascii") -> str: ...
def wrap_deprecated(old: str, new: str) -> Callable[[F], F]: ...
