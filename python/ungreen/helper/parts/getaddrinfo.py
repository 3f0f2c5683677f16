# /// part
# defines = ["getaddrinfo"]
# requires = []
# imports = ["import asyncio", "from typing import Any"]
# awaited = ["getaddrinfo"]
# replaces = { "socket.getaddrinfo" = "getaddrinfo", "eventlet.green.socket.getaddrinfo" = "getaddrinfo" }
# ///
async def getaddrinfo(
    host: Any, port: Any, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0
) -> list[Any]:
    """``socket.getaddrinfo`` in a thread of the executor."""
    return await asyncio.get_running_loop().getaddrinfo(
        host, port, family=family, type=type, proto=proto, flags=flags
    )
