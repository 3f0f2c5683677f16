from builtins import *
from typing import Any

builtins_orig: Any

def open(file: Any, mode: str = ..., buffering: int = ..., encoding: str | None = ..., errors: str | None = ..., newline: str | None = ..., closefd: bool = ..., opener: Any = ...) -> Any: ...
