from collections.abc import Callable
from typing import Any

ACCEPTABLE_CLIENT_ERRORS: set[int]
DEFAULT_MAX_FRAME_LENGTH: int
PROTOCOL_GUID: bytes
VALID_CLOSE_STATUS: set[int]
utf8validator: Any

__all__ = ["WebSocketWSGI", "WebSocket"]

class BadRequest(Exception):
    status: str
    body: bytes
    headers: list[tuple[str, str]] | None
    def __init__(self, status: str = "400 Bad Request", body: bytes | None = None, headers: list[tuple[str, str]] | None = None) -> None: ...

class WebSocketWSGI:
    handler: Callable[[WebSocket], object]
    protocol_handler: Any
    support_legacy_versions: bool
    supported_protocols: list[str]
    origin_checker: Any
    max_frame_length: int
    def __init__(self, handler: Callable[[WebSocket], object], max_frame_length: int = ...) -> None: ...
    @classmethod
    def configured(
        cls, handler: Callable[[WebSocket], object] | None = None, supported_protocols: list[str] | None = None, origin_checker: Any = None, support_legacy_versions: bool = False
    ) -> Any: ...
    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any: ...

class WebSocket:
    log: Any
    log_context: str
    socket: Any
    origin: str | None
    protocol: str | None
    path: str
    environ: dict[str, Any]
    version: int
    websocket_closed: bool
    def __init__(self, sock: Any, environ: dict[str, Any], version: int = 76) -> None: ...
    def send(self, message: str | bytes) -> None: ...
    def wait(self) -> Any: ...
    def close(self) -> None: ...

class ConnectionClosedError(Exception): ...
class FailedConnectionError(Exception): ...
class ProtocolError(ValueError): ...

class RFC6455WebSocket(WebSocket):
    def __init__(self, sock: Any, environ: dict[str, Any], version: int = 13, protocol: str | None = None, client: bool = False, extensions: Any = None, max_frame_length: int = ...) -> None: ...
    def recv_frame(self, message: Any = None) -> Any: ...
    def send(self, message: Any, **kw: Any) -> None: ...
    def close(self, close_data: Any = None) -> None: ...
