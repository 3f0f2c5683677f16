# /// part
# defines = ["StopServe", "serve"]
# requires = ["async_socket", "green_pool", "green_thread", "interrupt"]
# imports = ["import asyncio", "from collections.abc import Callable", "from typing import Any"]
# awaited = ["serve"]
# replaces = { "eventlet.convenience.serve" = "serve", "eventlet.convenience.StopServe" = "StopServe" }
# ///
class StopServe(Exception):
    """Raised by a handler of `serve` to end it quietly."""


async def serve(
    sock: AsyncSocket, handle: Callable[[AsyncSocket, Any], Any], concurrency: int = 1000
) -> None:
    """Run ``handle(connection, address)`` for each connection and close the connection after it.

    Accepts no more while ``concurrency`` handlers run. An exception in a handler is raised here.
    """
    pool = GreenPool(concurrency)
    server = asyncio.current_task()
    assert server is not None

    def ended(handler: GreenThread, connection: AsyncSocket) -> None:
        connection.close()
        failure = handler._exit._exception
        if isinstance(failure, Exception):
            _interrupt(server, failure)

    async def accept() -> None:
        while True:
            connection, address = await sock.accept()
            (await pool.spawn(handle, connection, address)).link(ended, connection)

    try:
        await _interruptible(accept())
    except StopServe:
        return
