# /// part
# defines = ["Pool"]
# requires = []
# imports = [
#   "import asyncio", "import collections", "import contextlib", "import inspect",
#   "from collections.abc import AsyncGenerator, Callable", "from typing import Any",
# ]
# awaited = ["Pool.get"]
# async_with = ["Pool.item"]
# replaces = { "eventlet.pools.Pool" = "Pool" }
# ///
class Pool:
    """At most ``max_size`` items to be lent out, made by `create` when there is need for one.

    Override `create` or give it; if it is a coroutine function, `get` awaits it, also for the
    first ``min_size`` items.
    """

    def __init__(
        self,
        min_size: int = 0,
        max_size: int = 4,
        order_as_stack: bool = False,
        create: Callable[[], Any] | None = None,
    ) -> None:
        self.min_size = min_size
        self.max_size = max_size
        self.order_as_stack = order_as_stack
        self.current_size = 0
        self.free_items: collections.deque[Any] = collections.deque()
        self._waiting: collections.deque[asyncio.Future[Any]] = collections.deque()
        if create is not None:
            vars(self)["create"] = create  # as a method that is given, not one of the class
        for _ in range(min_size):
            item = self.create()
            if inspect.iscoroutine(item):
                item.close()
                break
            self.current_size += 1
            self.free_items.append(item)

    def create(self) -> Any:
        """Make an item."""
        raise NotImplementedError("Implement in subclass")

    async def get(self) -> Any:
        """Borrow an item, after waiting while all are lent out."""
        if self.free_items:
            return self.free_items.popleft()
        if self.current_size < self.max_size:
            self.current_size += 1
            try:
                item = self.create()
                return await item if inspect.isawaitable(item) else item
            except BaseException:
                self.current_size -= 1
                raise
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            return await waiter
        except BaseException:
            if waiter.done() and not waiter.cancelled():
                Pool.put(self, waiter.result())
            raise
        finally:
            if waiter in self._waiting:
                self._waiting.remove(waiter)

    def put(self, item: Any) -> None:
        """Give an item back."""
        if self.current_size > self.max_size:
            self.current_size -= 1
            return
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(item)
                return
        if self.order_as_stack:
            self.free_items.appendleft(item)
        else:
            self.free_items.append(item)

    @contextlib.asynccontextmanager
    async def item(self) -> AsyncGenerator[Any, None]:
        """Borrow an item for the time of an ``async with`` block."""
        item = await self.get()
        try:
            yield item
        finally:
            self.put(item)

    def resize(self, new_size: int) -> None:
        """Change ``max_size``; items lent out are dropped when they come back."""
        self.max_size = new_size

    def free(self) -> int:
        """How many items can be borrowed without waiting."""
        return len(self.free_items) + self.max_size - self.current_size

    def waiting(self) -> int:
        """The number of tasks that wait for an item."""
        return len(self._waiting)
