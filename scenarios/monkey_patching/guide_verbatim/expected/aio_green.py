# SPDX-License-Identifier: 0BSD
# ungreen-helper: AsyncSocket
"""What this program used of Eventlet, on asyncio.

Written by `ungreen migrate`. It depends on nothing but the standard library and is yours to keep,
to change and to license as you like.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable
from typing import Any


def _wake(waiter: asyncio.Future[Any], result: Any = None) -> None:
    """Set the result of ``waiter``, unless it has one or was given up."""
    if not waiter.done():
        waiter.set_result(result)


_CLOSED_BY_PEER = {errno.ECONNRESET, errno.ESHUTDOWN, errno.EPIPE}


class AsyncSocket:
    """A socket whose blocking methods are coroutines; its other methods are those of a socket.

    Needs an event loop with ``add_reader``: any but the proactor loop of Windows.
    """

    def __init__(
        self,
        family: int | socket.socket = socket.AF_INET,
        type: int = socket.SOCK_STREAM,
        proto: int = 0,
        fileno: int | None = None,
    ) -> None:
        if isinstance(family, socket.socket):
            self._socket = family
        else:
            self._socket = socket.socket(family, type, proto, fileno)
        self._timeout = self._socket.gettimeout() or socket.getdefaulttimeout()
        self._socket.setblocking(False)
        self._waiters: dict[bool, tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = {}

    def __getattr__(self, name: str) -> Any:
        if name == "_socket":
            raise AttributeError(name)
        return getattr(self._socket, name)

    def __enter__(self) -> AsyncSocket:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def __del__(self) -> None:
        if hasattr(self, "_socket"):
            self._socket.close()

    def settimeout(self, value: float | None) -> None:
        """Limit each later operation to ``value`` seconds; 0 forbids waiting, None is no limit."""
        if value is not None and value < 0:
            raise ValueError("Timeout value out of range")
        self._timeout = value

    def gettimeout(self) -> float | None:
        """The limit of `settimeout`."""
        return self._timeout

    def setblocking(self, flag: bool) -> None:
        """Allow or forbid waiting."""
        self._timeout = None if flag else 0.0

    def dup(self) -> AsyncSocket:
        """Another object for the same connection."""
        duplicate = AsyncSocket(self._socket.dup())
        duplicate.settimeout(self._timeout)
        return duplicate

    def close(self) -> None:
        """Close the socket; a task that waits for it gets OSError."""
        for writing, (loop, waiter) in self._waiters.items():
            self._unwatch(loop, writing)
            _wake(waiter)
        self._socket.close()

    async def accept(self) -> tuple[AsyncSocket, Any]:
        """Wait for a connection; return its socket and the address of the peer."""
        connection, address = await self._retry(False, self._socket.accept)
        return AsyncSocket(connection), address

    async def connect(self, address: Any) -> None:
        """Connect to ``address``; a host name is looked up without blocking the loop."""
        if self._timeout == 0:
            self._socket.connect(address)
            return
        connecting = asyncio.get_running_loop().sock_connect(self._socket, address)
        try:
            await asyncio.wait_for(connecting, self._timeout)
        except asyncio.TimeoutError as error:
            if getattr(error, "errno", None) is not None:
                raise
            raise socket.timeout("timed out") from None

    def connect_now(self, address: Any) -> None:
        """Connect a datagram socket, which needs no waiting."""
        self._socket.connect(address)

    async def connect_ex(self, address: Any) -> int:
        """Like `connect`, but return the error number, 0 for success."""
        try:
            await self.connect(address)
        except OSError as error:
            return errno.EAGAIN if error.errno is None else error.errno
        return 0

    async def recv(self, bufsize: int, flags: int = 0) -> bytes:
        """Receive at most ``bufsize`` bytes; none if the peer closed or reset the connection."""
        return await self._receive(b"", self._socket.recv, bufsize, flags)

    async def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        """Like `recv`, into ``buffer``; return the number of bytes."""
        return await self._receive(0, self._socket.recv_into, buffer, nbytes, flags)

    async def recvfrom(self, bufsize: int, flags: int = 0) -> tuple[bytes, Any]:
        """Like `recv`; return the address of the sender too."""
        return await self._receive((b"", None), self._socket.recvfrom, bufsize, flags)

    async def recvfrom_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> tuple[int, Any]:
        """Like `recv_into`; return the address of the sender too."""
        return await self._receive((0, None), self._socket.recvfrom_into, buffer, nbytes, flags)

    async def send(self, data: Any, flags: int = 0) -> int:
        """Send some of ``data``; return the number of bytes that the system took."""
        return await self._retry(True, self._socket.send, data, flags)

    async def sendall(self, data: Any, flags: int = 0) -> None:
        """Send ``data``; return when the system took all of it."""
        with memoryview(data) as view, view.cast("B") as rest:
            sent = 0
            while sent < len(rest):
                sent += await self.send(rest[sent:], flags)

    async def sendto(self, data: Any, *flags_and_address: Any) -> int:
        """Send a datagram; return its number of bytes."""
        return await self._retry(True, self._socket.sendto, data, *flags_and_address)

    async def _receive(self, nothing: Any, call: Callable[..., Any], *args: Any) -> Any:
        try:
            return await self._retry(False, call, *args)
        except OSError as error:
            if self._timeout != 0 and error.errno in _CLOSED_BY_PEER:
                return nothing
            raise

    async def _retry(self, writing: bool, call: Callable[..., Any], *args: Any) -> Any:
        """Call the non-blocking ``call`` again and again until it does what it should."""
        loop = asyncio.get_running_loop()
        deadline = None if self._timeout is None else loop.time() + self._timeout
        while True:
            try:
                return call(*args)
            except (BlockingIOError, InterruptedError):
                if self._timeout == 0:
                    raise
            await self._wait(loop, writing, deadline)

    async def _wait(
        self, loop: asyncio.AbstractEventLoop, writing: bool, deadline: float | None
    ) -> None:
        if writing in self._waiters:
            verb = "write" if writing else "read"
            raise RuntimeError(f"Second simultaneous {verb} on fileno {self.fileno()} detected.")
        waiter = loop.create_future()
        self._waiters[writing] = (loop, waiter)
        (loop.add_writer if writing else loop.add_reader)(self.fileno(), _wake, waiter)
        try:
            timeout = None if deadline is None else max(0, deadline - loop.time())
            await asyncio.wait({waiter}, timeout=timeout)
            if not waiter.done():
                raise socket.timeout("timed out")
        finally:
            del self._waiters[writing]
            if self.fileno() >= 0:
                self._unwatch(loop, writing)

    def _unwatch(self, loop: asyncio.AbstractEventLoop, writing: bool) -> None:
        (loop.remove_writer if writing else loop.remove_reader)(self.fileno())
