# /// part
# defines = ["create_connection"]
# requires = ["async_socket", "getaddrinfo", "sentinel"]
# imports = ["import socket", "from typing import Any"]
# awaited = ["create_connection"]
# replaces = { "socket.create_connection" = "create_connection", "eventlet.green.socket.create_connection" = "create_connection" }
# ///
async def create_connection(
    address: tuple[Any, Any],
    timeout: float | None = _MISSING,
    source_address: Any = None,
) -> AsyncSocket:
    """Connect to the first address of the host that accepts, with ``timeout`` for each."""
    host, port = address
    failure = OSError("getaddrinfo returns an empty list")
    for family, kind, proto, _, target in await getaddrinfo(host, port, 0, socket.SOCK_STREAM):
        sock = AsyncSocket(family, kind, proto)
        try:
            if timeout is not _MISSING:
                sock.settimeout(timeout)
            if source_address:
                sock.bind(source_address)
            await sock.connect(target)
            return sock
        except OSError as error:
            failure = error
            sock.close()
        except BaseException:
            sock.close()
            raise
    raise failure
