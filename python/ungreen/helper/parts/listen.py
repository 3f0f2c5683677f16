# /// part
# defines = ["listen"]
# requires = ["async_socket"]
# imports = ["import contextlib", "import socket", "import sys", "from typing import Any"]
# replaces = { "eventlet.convenience.listen" = "listen" }
# ///
def listen(
    addr: Any,
    family: int = socket.AF_INET,
    backlog: int = 50,
    reuse_addr: bool = True,
    reuse_port: bool | None = None,
) -> AsyncSocket:
    """A socket that listens on ``addr``; others may too unless its port is 0."""
    if reuse_port is None:
        reuse_port = family not in (socket.AF_INET, socket.AF_INET6) or addr[1] != 0
    sock = AsyncSocket(family)
    try:
        if reuse_addr and sys.platform[:3] != "win":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if reuse_port and hasattr(socket, "SO_REUSEPORT"):
            with contextlib.suppress(OSError):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sock.bind(addr)
        sock.listen(backlog)
    except BaseException:
        sock.close()
        raise
    return sock
