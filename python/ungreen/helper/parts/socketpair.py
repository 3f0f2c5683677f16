# /// part
# defines = ["socketpair"]
# requires = ["async_socket"]
# imports = ["import socket", "from typing import Any"]
# replaces = { "socket.socketpair" = "socketpair", "eventlet.green.socket.socketpair" = "socketpair" }
# ///
def socketpair(*args: Any, **kwargs: Any) -> list[AsyncSocket]:
    """Two connected sockets, with the parameters of ``socket.socketpair``."""
    return [AsyncSocket(end) for end in socket.socketpair(*args, **kwargs)]
