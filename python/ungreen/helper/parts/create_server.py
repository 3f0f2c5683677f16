# /// part
# defines = ["create_server"]
# requires = ["async_socket"]
# imports = ["import socket", "from typing import Any"]
# replaces = { "socket.create_server" = "create_server", "eventlet.green.socket.create_server" = "create_server" }
# ///
def create_server(address: Any, **kwargs: Any) -> AsyncSocket:
    """A listening socket, with the parameters of ``socket.create_server``."""
    return AsyncSocket(socket.create_server(address, **kwargs))
