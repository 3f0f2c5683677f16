# /// part
# defines = ["ConnectTimeout", "ConnectionPool", "PooledConnection", "ThreadProxy", "cleanup_rollback"]
# requires = ["pool", "sentinel", "spawn_background"]
# imports = [
#   "import asyncio", "import contextlib", "from collections.abc import AsyncGenerator, AsyncIterator, Callable", "from typing import Any",
# ]
# awaited = ["ConnectionPool.clear", "ConnectionPool.get", "ConnectionPool.put", "PooledConnection.close", "ThreadProxy.__getattr__"]
# async_with = ["ConnectionPool.item", "PooledConnection", "ThreadProxy"]
# async_for = ["PooledConnection", "ThreadProxy"]
# replaces = { "eventlet.db_pool.ConnectionPool" = "ConnectionPool", "eventlet.db_pool.TpooledConnectionPool" = "ConnectionPool", "eventlet.db_pool.RawConnectionPool" = "ConnectionPool", "eventlet.db_pool.PooledConnectionWrapper" = "PooledConnection", "eventlet.db_pool.ConnectTimeout" = "ConnectTimeout", "eventlet.db_pool.cleanup_rollback" = "cleanup_rollback", "eventlet.db_pool.CursorProxy" = "ThreadProxy", "eventlet.tpool.Proxy" = "ThreadProxy" }
# ///
class ConnectTimeout(Exception):
    """A connection was not made in time."""


def cleanup_rollback(connection: Any) -> None:
    """End the transaction of a connection that comes back to its pool."""
    connection.rollback()


class ThreadProxy:
    """An object whose methods are coroutines that call the original's in a thread.

    The results of methods in ``autowrap_names`` are proxies too.
    """

    def __init__(self, obj: Any, autowrap_names: tuple[str, ...] = ()) -> None:
        self._obj = obj
        self._autowrap_names = autowrap_names

    def __getattr__(self, name: str) -> Any:
        if name in ("_obj", "_autowrap_names"):
            raise AttributeError(name)
        value = getattr(self._obj, name)
        if not callable(value):
            return value

        async def call(*args: Any, **kwargs: Any) -> Any:
            result = await asyncio.to_thread(value, *args, **kwargs)
            return ThreadProxy(result) if name in self._autowrap_names else result

        return call

    def __bool__(self) -> bool:
        return bool(self._obj)

    async def __aiter__(self) -> AsyncIterator[Any]:
        iterator = await asyncio.to_thread(iter, self._obj)
        while (item := await asyncio.to_thread(next, iterator, _MISSING)) is not _MISSING:
            yield item

    async def __aenter__(self) -> Any:
        entered = await asyncio.to_thread(self._obj.__enter__)
        return self if entered is self._obj else entered

    async def __aexit__(self, *exc_info: Any) -> Any:
        return await asyncio.to_thread(self._obj.__exit__, *exc_info)


class PooledConnection(ThreadProxy):
    """A connection lent out by a `ConnectionPool`; `close` gives it back."""

    def __init__(self, connection: Any, pool: ConnectionPool, created_at: float) -> None:
        super().__init__(connection, ("cursor",))
        self._pool = pool
        self._created_at = created_at

    async def close(self) -> None:
        """Give the connection back to its pool."""
        if self._obj is not None:
            await self._pool.put(self)


class ConnectionPool:
    """At most ``max_size`` connections of a DB-API module, each of whose calls runs in a thread.

    A connection that is not in use is closed ``max_idle`` seconds after its last use and
    ``max_age`` seconds after it was made. What is left of the arguments goes to
    ``db_module.connect``. Connections are made when there is need for them.
    """

    def __init__(
        self,
        db_module: Any,
        min_size: int = 0,
        max_size: int = 4,
        max_idle: float = 10,
        max_age: float = 30,
        connect_timeout: float | None = 5,
        cleanup: Callable[[Any], Any] | None = cleanup_rollback,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        self.min_size = min_size
        self.max_idle = max_idle
        self.max_age = max_age
        self.connect_timeout = connect_timeout
        self.cleanup = cleanup
        self._db_module = db_module
        self._args = args
        self._kwargs = kwargs
        self._pool = Pool(max_size=max_size, order_as_stack=True, create=self._connect)
        self._expiry: asyncio.TimerHandle | None = None

    @property
    def max_size(self) -> int:
        """The limit on the number of connections."""
        return self._pool.max_size

    @property
    def current_size(self) -> int:
        """The number of connections, lent out or not."""
        return self._pool.current_size

    def resize(self, new_size: int) -> None:
        """Change ``max_size``."""
        self._pool.resize(new_size)

    def free(self) -> int:
        """How many connections can be borrowed without waiting for one to come back."""
        return self._pool.free()

    def waiting(self) -> int:
        """The number of tasks that wait for a connection."""
        return self._pool.waiting()

    async def get(self) -> PooledConnection:
        """Borrow a connection; raise `ConnectTimeout` if making it takes too long."""
        item = await self._pool.get()
        if item is None:
            try:
                item = await self._connect()
            except BaseException:
                self._give_up_slot()
                raise
        _, created_at, connection = item
        return PooledConnection(connection, self, created_at)

    async def put(self, conn: PooledConnection, cleanup: Any = _MISSING) -> None:
        """Give a connection back, after ``cleanup(connection)`` in a thread."""
        connection, conn._obj = conn._obj, None
        if connection is None:
            return
        now = asyncio.get_running_loop().time()
        reusable = False
        try:
            if self._is_expired(now, now, conn._created_at):
                await self._close(connection)
            else:
                cleanup = self.cleanup if cleanup is _MISSING else cleanup
                if cleanup is not None:
                    await asyncio.to_thread(cleanup, connection)
                reusable = True
        except Exception as error:
            print(f"WARNING: cleanup {cleanup} raised: {error}")
        finally:
            if reusable:
                self._pool.put((now, conn._created_at, connection))
            else:
                self._give_up_slot()
            self._schedule_expiry()

    @contextlib.asynccontextmanager
    async def item(self, cleanup: Any = _MISSING) -> AsyncGenerator[PooledConnection, None]:
        """Borrow a connection for the time of an ``async with`` block."""
        connection = await self.get()
        try:
            yield connection
        finally:
            await self.put(connection, cleanup)

    async def clear(self) -> None:
        """Close the connections that are not lent out."""
        if self._expiry is not None:
            self._expiry.cancel()
            self._expiry = None
        while self._pool.free_items:
            item = self._pool.free_items.popleft()
            self._pool.current_size -= 1
            if item is not None:
                await self._close(item[2])

    async def _connect(self) -> tuple[float, float, Any]:
        connecting = asyncio.ensure_future(
            asyncio.to_thread(self._db_module.connect, *self._args, **self._kwargs)
        )
        try:
            await asyncio.wait({connecting}, timeout=self.connect_timeout)
        finally:
            if not connecting.done():
                connecting.add_done_callback(self._close_late)
        if not connecting.done():
            raise ConnectTimeout
        now = asyncio.get_running_loop().time()
        return now, now, connecting.result()

    def _close_late(self, connecting: asyncio.Future[Any]) -> None:
        if not connecting.cancelled() and connecting.exception() is None:
            spawn_background(self._close(connecting.result()))

    async def _close(self, connection: Any) -> None:
        try:
            await asyncio.to_thread(connection.close)
        except Exception as error:
            print(f"Connection.close raised: {error}")

    def _give_up_slot(self) -> None:
        """Let the next who waits make a connection in place of one that is gone."""
        if self._pool.waiting() > 0:
            self._pool.put(None)
        else:
            self._pool.current_size -= 1

    def _is_expired(self, now: float, last_used: float, created_at: float) -> bool:
        return (
            self.max_idle <= 0
            or self.max_age <= 0
            or now - last_used > self.max_idle
            or now - created_at > self.max_age
        )

    def _schedule_expiry(self) -> None:
        """Look after unused connections when the first of them expires."""
        if self._expiry is None and self._pool.free_items:
            expires = min(
                min(last_used + self.max_idle, created_at + self.max_age)
                for last_used, created_at, _ in self._pool.free_items
            )
            loop = asyncio.get_running_loop()
            self._expiry = loop.call_at(expires + 0.001, self._expire)

    def _expire(self) -> None:
        self._expiry = None
        now = asyncio.get_running_loop().time()
        items = list(self._pool.free_items)
        self._pool.free_items.clear()
        for item in items:
            if self._is_expired(now, item[0], item[1]):
                self._pool.current_size -= 1
                spawn_background(self._close(item[2]))
            else:
                self._pool.free_items.append(item)
        self._schedule_expiry()
