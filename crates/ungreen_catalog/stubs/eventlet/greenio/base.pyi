import socket
from typing import Any

__all__ = ["GreenSocket", "_GLOBAL_DEFAULT_TIMEOUT", "set_nonblocking", "SOCKET_BLOCKING", "SOCKET_CLOSED", "CONNECT_ERR", "CONNECT_SUCCESS", "shutdown_safe", "SSL", "socket_timeout"]

BUFFER_SIZE: int
CONNECT_ERR: set[int]
CONNECT_SUCCESS: set[int]
SOCKET_BLOCKING: set[int]
SOCKET_CLOSED: set[int]
SSL: Any
_GLOBAL_DEFAULT_TIMEOUT: Any
socket_timeout = socket.timeout

def set_nonblocking(fd: Any) -> None: ...
def shutdown_safe(sock: Any) -> None: ...

class GreenSocket(socket.socket):
    fd: Any
    act_non_blocking: bool
    def __init__(self, family: int | socket.socket = ..., *args: Any, **kwargs: Any) -> None: ...
    def accept(self) -> tuple[GreenSocket, Any]: ...
    def dup(self) -> GreenSocket: ...
    def makeGreenFile(self, *args: Any, **kw: Any) -> Any: ...
