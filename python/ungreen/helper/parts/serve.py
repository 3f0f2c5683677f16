# /// part
# defines = ["StopServe", "serve"]
# requires = ["async_socket", "green_pool", "interrupt"]
# imports = ["import asyncio", "import inspect", "from collections.abc import Callable", "from typing import Any"]
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

    async def run(connection: AsyncSocket, address: Any) -> None:
        try:
            result = handle(connection, address)
            if inspect.isawaitable(result):
                await result
        except Exception as failure:
            _interrupt(server, failure)
        finally:
            connection.close()

    async def accept() -> None:
        while True:
            await pool.spawn_n(run, *await sock.accept())

    try:
        await _interruptible(accept())
    except StopServe:
        return
