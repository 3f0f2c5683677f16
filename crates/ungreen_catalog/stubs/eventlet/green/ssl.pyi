from ssl import *
from ssl import SSLContext as SSLContext, SSLSocket as SSLSocket, create_default_context as create_default_context
from typing import Any

GreenSSLSocket = SSLSocket
GreenSSLContext = SSLContext
green_create_default_context = create_default_context

def wrap_socket(sock: Any, *a: Any, **kw: Any) -> SSLSocket: ...
def sslwrap_simple(sock: Any, keyfile: Any = None, certfile: Any = None) -> Any: ...
def _create_default_https_context(*a: Any, **kw: Any) -> SSLContext: ...
