# /// part
# defines = ["fromfd"]
# requires = ["async_socket"]
# imports = ["import socket"]
# replaces = { "socket.fromfd" = "fromfd", "eventlet.green.socket.fromfd" = "fromfd" }
# ///
def fromfd(fd: int, family: int, type: int = socket.SOCK_STREAM, proto: int = 0) -> AsyncSocket:
    """A socket for a duplicate of the file descriptor ``fd``."""
    return AsyncSocket(socket.fromfd(fd, family, type, proto))
