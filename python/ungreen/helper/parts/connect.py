# /// part
# defines = ["connect"]
# requires = ["async_socket"]
# imports = ["import socket", "from typing import Any"]
# awaited = ["connect"]
# replaces = { "eventlet.convenience.connect" = "connect" }
# ///
async def connect(addr: Any, family: int = socket.AF_INET, bind: Any = None) -> AsyncSocket:
    """A socket connected to ``addr``, bound to ``bind`` before if that is given."""
    sock = AsyncSocket(family)
    try:
        if bind is not None:
            sock.bind(bind)
        await sock.connect(addr)
    except BaseException:
        sock.close()
        raise
    return sock
