from types import ModuleType
from typing import Any, TypeVar

F = TypeVar("F")

__all__ = ["inject", "import_patched", "monkey_patch", "is_monkey_patched"]

already_patched: dict[Any, Any]

def inject(module_name: str, new_globals: dict[str, Any] | None, *additional_modules: Any) -> ModuleType: ...
def import_patched(module_name: str, *additional_modules: Any, **kw_additional_modules: Any) -> Any: ...
def patch_function(func: F, *additional_modules: Any) -> F: ...
def original(modname: str) -> Any: ...
def monkey_patch(
    *,
    os: bool = ...,
    select: bool = ...,
    socket: bool = ...,
    thread: bool = ...,
    time: bool = ...,
    subprocess: bool = ...,
    builtins: bool = ...,
    MySQLdb: bool = ...,
    psycopg: bool = ...,
    all: bool = ...,
) -> None: ...
def is_monkey_patched(module: Any) -> bool: ...
def slurp_properties(source: Any, destination: Any, ignore: list[str] = ..., srckeys: list[str] | None = None) -> None: ...
