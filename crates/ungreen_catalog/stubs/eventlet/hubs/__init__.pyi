from types import ModuleType
from typing import Any

from eventlet.hubs.hub import BaseHub

__all__ = ["use_hub", "get_hub", "get_default_hub", "trampoline"]

builtin_hub_names: tuple[str, ...]
builtin_hub_modules: tuple[ModuleType, ...]

class HubError(Exception): ...

def get_default_hub() -> Any: ...
def use_hub(mod: str | ModuleType | type[BaseHub] | None = None) -> None: ...
def get_hub() -> BaseHub: ...
def trampoline(
    fd: Any,
    read: Any = None,
    write: Any = None,
    timeout: float | None = None,
    timeout_exc: BaseException | type[BaseException] = ...,
    mark_as_closed: Any = None,
) -> Any: ...
def notify_close(fd: Any) -> None: ...
def notify_opened(fd: Any) -> None: ...

class IOClosed(IOError): ...
