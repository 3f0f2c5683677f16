# /// part
# defines = ["receive"]
# requires = []
# imports = ["from typing import Any"]
# awaited = ["receive"]
# ///
async def receive(connection: Any) -> Any:
    """Return the next message of a connection of ``websockets``, or None when it is closed."""
    from websockets.exceptions import ConnectionClosed

    try:
        return await connection.recv()
    except ConnectionClosed:
        return None
