import socket as socket_module
from _typeshed import Incomplete
from _typeshed.wsgi import WSGIApplication
from collections.abc import Iterator
from typing import Any

from eventlet.green import BaseHTTPServer
from eventlet.greenpool import GreenPool

DEFAULT_MAX_SIMULTANEOUS_REQUESTS: int
DEFAULT_MAX_HTTP_VERSION: str
MAX_REQUEST_LINE: int
MAX_HEADER_LINE: int
MAX_TOTAL_HEADER_SIZE: int
MINIMUM_CHUNK_SIZE: int
DEFAULT_LOG_FORMAT: str
RESPONSE_414: bytes
STATE_CLOSE: str
STATE_IDLE: str
STATE_REQUEST: str
BAD_SOCK: set[int]
BROKEN_SOCK: set[int]
ACCEPT_ERRNO: set[int]
ACCEPT_EXCEPTIONS: tuple[type[BaseException], ...]
WSGI_LOCAL: Any
is_accepting: bool

__all__ = ['server', 'format_date_time']

def format_date_time(timestamp: float) -> str: ...

class ChunkReadError(ValueError): ...

class Input:
    rfile: Incomplete
    content_length: Incomplete
    wfile: Incomplete
    wfile_line: Incomplete
    position: int
    chunked_input: Incomplete
    chunk_length: int
    hundred_continue_headers: Incomplete
    is_hundred_continue_response_sent: bool
    headers_sent: Incomplete
    def __init__(self, rfile, content_length, sock, wfile=None, wfile_line=None, chunked_input: bool = False) -> None: ...
    def send_hundred_continue_response(self) -> None: ...
    @property
    def should_send_hundred_continue(self): ...
    def read(self, length: int | None = None) -> bytes: ...
    def readline(self, size: int | None = None) -> bytes: ...
    def readlines(self, hint: int | None = None) -> list[bytes]: ...
    def __iter__(self) -> Iterator[bytes]: ...
    def get_socket(self): ...
    def set_hundred_continue_response_headers(self, headers, capitalize_response_headers: bool = True) -> None: ...
    def discard(self, buffer_size=...) -> None: ...

class HeaderLineTooLong(Exception): ...
class HeadersTooLarge(Exception): ...

class LoggerNull:
    def __init__(self) -> None: ...
    def error(self, msg, *args, **kwargs) -> None: ...
    def info(self, msg, *args, **kwargs) -> None: ...
    def debug(self, msg, *args, **kwargs) -> None: ...
    def write(self, msg, *args) -> None: ...

class LoggerFileWrapper(LoggerNull):
    log: Incomplete
    def __init__(self, log, debug) -> None: ...
    def error(self, msg, *args, **kwargs) -> None: ...
    def info(self, msg, *args, **kwargs) -> None: ...
    def debug(self, msg, *args, **kwargs) -> None: ...
    def write(self, msg, *args) -> None: ...

class FileObjectForHeaders:
    fp: Incomplete
    total_header_size: int
    def __init__(self, fp) -> None: ...
    def readline(self, size: int = -1): ...

class HttpProtocol(BaseHTTPServer.BaseHTTPRequestHandler):
    protocol_version: str
    minimum_chunk_size: int
    capitalize_response_headers: bool
    reject_bad_requests: bool
    wbufsize: Incomplete
    request: Incomplete
    client_address: Incomplete
    conn_state: Incomplete
    server: Incomplete
    def __init__(self, conn_state, server) -> None: ...
    rfile: Incomplete
    wfile: Incomplete
    def setup(self) -> None: ...
    close_connection: bool
    def handle(self) -> None: ...
    raw_requestline: Incomplete
    environ: Incomplete
    application: Incomplete
    def handle_one_request(self) -> None: ...
    def handle_one_response(self): ...
    def get_client_address(self): ...
    def formalize_key_naming(self, k): ...
    def get_environ(self): ...
    def finish(self) -> None: ...
    def handle_expect_100(self): ...

class Server(BaseHTTPServer.HTTPServer):
    outstanding_requests: int
    socket: Incomplete
    address: Incomplete
    log: Incomplete
    app: Incomplete
    keepalive: Incomplete
    environ: Incomplete
    max_http_version: Incomplete
    protocol: Incomplete
    pid: Incomplete
    minimum_chunk_size: Incomplete
    log_x_forwarded_for: Incomplete
    log_output: Incomplete
    log_format: Incomplete
    url_length_limit: Incomplete
    debug: Incomplete
    socket_timeout: Incomplete
    capitalize_response_headers: Incomplete
    def __init__(self, socket, address, app, log=None, environ=None, max_http_version=None, protocol=..., minimum_chunk_size=None, log_x_forwarded_for: bool = True, keepalive: bool = True, log_output: bool = True, log_format=..., url_length_limit=..., debug: bool = True, socket_timeout=None, capitalize_response_headers: bool = True) -> None: ...
    def get_environ(self): ...
    def process_request(self, conn_state) -> None: ...
    def log_message(self, message) -> None: ...

def server(
    sock: socket_module.socket,
    site: WSGIApplication,
    log: Any = None,
    environ: dict[str, Any] | None = None,
    max_size: int | None = None,
    max_http_version: str = ...,
    protocol: type[HttpProtocol] = ...,
    server_event: Any = None,
    minimum_chunk_size: int | None = None,
    log_x_forwarded_for: bool = True,
    custom_pool: GreenPool | None = None,
    keepalive: bool | float = True,
    log_output: bool = True,
    log_format: str = ...,
    url_length_limit: int = ...,
    debug: bool = True,
    socket_timeout: float | None = None,
    capitalize_response_headers: bool = True,
) -> None: ...
def addr_to_host_port(addr: Any) -> tuple[str, int]: ...
def get_logger(log: Any, debug: bool) -> LoggerNull: ...
def socket_repr(sock: Any) -> str: ...
