# /// part
# defines = ["GreenPile"]
# requires = ["green_pool", "green_thread"]
# imports = ["import asyncio", "from collections.abc import Callable", "from typing import Any"]
# awaited = ["GreenPile.next", "GreenPile.spawn"]
# async_for = ["GreenPile"]
# replaces = { "eventlet.greenpool.GreenPile" = "GreenPile" }
# ///
class GreenPile:
    """The results of what is spawned on it, in the order of spawning.

    Iteration ends when there is no result to come.
    """

    def __init__(self, size_or_pool: int | GreenPool = 1000) -> None:
        self.pool = size_or_pool if isinstance(size_or_pool, GreenPool) else GreenPool(size_or_pool)
        self.waiters = asyncio.Queue[GreenThread]()
        self.counter = 0

    async def spawn(self, func: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        """Run ``func(*args, **kwargs)`` in the pool, after waiting while that is full."""
        self.counter += 1
        try:
            self.waiters.put_nowait(await self.pool.spawn(func, *args, **kwargs))
        except BaseException:
            self.counter -= 1
            raise

    def __aiter__(self) -> GreenPile:
        return self

    async def __anext__(self) -> Any:
        if self.counter == 0:
            raise StopAsyncIteration
        try:
            return await (await self.waiters.get()).wait()
        finally:
            self.counter -= 1

    next = __anext__
