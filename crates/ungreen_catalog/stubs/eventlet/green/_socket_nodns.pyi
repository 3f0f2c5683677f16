from socket import *
from socket import error as error, gaierror as gaierror, getaddrinfo as getaddrinfo, gethostbyname as gethostbyname, gethostbyname_ex as gethostbyname_ex, getnameinfo as getnameinfo, herror as herror, socketpair as socketpair, timeout as timeout
from typing import Any

from eventlet.greenio.base import GreenSocket

socket = GreenSocket

def fromfd(*args: Any) -> GreenSocket: ...
def ssl(sock: Any, certificate: Any = None, private_key: Any = None) -> Any: ...
def create_connection(address: tuple[str, int], timeout: float | None = ..., source_address: tuple[str, int] | None = None) -> GreenSocket: ...
