# /// part
# defines = ["SocketFile", "makefile"]
# requires = ["async_socket"]
# imports = ["import codecs", "import io", "import locale", "import socket", "from typing import Any"]
# awaited = [
#   "SocketFile.close", "SocketFile.flush", "SocketFile.read", "SocketFile.readline", "SocketFile.readlines",
#   "SocketFile.write", "SocketFile.writelines",
# ]
# async_for = ["SocketFile", "makefile"]
# async_with = ["SocketFile", "makefile"]
# [replaces]
# "eventlet.greenio.GreenSocket.makefile" = "makefile"
# "eventlet.greenio.SocketFile" = "SocketFile"
# "socket.SocketFile" = "SocketFile"
# "socket.socket.makefile" = "makefile"
# ///
class SocketFile:
    """A file over a socket, made by `makefile`."""

    def __init__(
        self,
        sock: AsyncSocket,
        mode: str = "r",
        buffering: int | None = None,
        *,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
    ) -> None:
        if not set(mode) <= {"r", "w", "b"}:
            raise ValueError(f"invalid mode {mode!r} (only r, w, b allowed)")
        self.mode = mode
        self.closed = False
        self._sock = sock
        self._is_text = "b" not in mode
        self._encoding = encoding or locale.getpreferredencoding(False)
        self._errors = errors or "strict"
        decoder = codecs.getincrementaldecoder(self._encoding)(self._errors)
        self._decoder = io.IncrementalNewlineDecoder(decoder, translate=newline is None)
        self._received: Any = "" if self._is_text else b""
        self._at_end = False
        self._timed_out = False
        self._unsent = bytearray()
        self._buffer_size = io.DEFAULT_BUFFER_SIZE if buffering in (None, -1, 1) else buffering or 0
        self._flushes_lines = buffering == 1

    async def read(self, size: int | None = -1) -> Any:
        """Return ``size`` characters or bytes, fewer at the end; all up to the end by default."""
        size = -1 if size is None else size
        while (size < 0 or len(self._received) < size) and await self._receive():
            pass
        return self._take(len(self._received) if size < 0 else size)

    async def readline(self, size: int | None = -1) -> Any:
        """Return the next line with its line break, or ``size`` characters or bytes of it."""
        size = -1 if size is None else size
        line_break = "\n" if self._is_text else b"\n"
        searched = 0
        while True:
            end = self._received.find(line_break, searched) + 1
            if end or 0 <= size <= len(self._received):
                break
            searched = len(self._received)
            if not await self._receive():
                break
        end = end or len(self._received)
        return self._take(end if size < 0 else min(end, size))

    async def readlines(self) -> list[Any]:
        """Return all lines up to the end."""
        return [line async for line in self]

    async def write(self, data: Any) -> int:
        """Write ``data``, in the end by `flush` or `close`; return its length."""
        encoded = data.encode(self._encoding, self._errors) if self._is_text else data
        self._unsent += encoded
        if len(self._unsent) > self._buffer_size or (self._flushes_lines and b"\n" in encoded):
            await self.flush()
        return len(data)

    async def writelines(self, lines: Any) -> None:
        """Write each of ``lines``."""
        for line in lines:
            await self.write(line)

    async def flush(self) -> None:
        """Send what is written."""
        if self._unsent:
            unsent, self._unsent = self._unsent, bytearray()
            await self._sock.sendall(unsent)

    async def close(self) -> None:
        """Send what is written. The socket stays open."""
        if not self.closed:
            self.closed = True
            await self.flush()

    def __aiter__(self) -> SocketFile:
        return self

    async def __anext__(self) -> Any:
        line = await self.readline()
        if not line:
            raise StopAsyncIteration
        return line

    async def __aenter__(self) -> SocketFile:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.close()

    async def _receive(self) -> bool:
        """Receive more; return False at the end."""
        if self.closed:
            raise ValueError("I/O operation on closed file.")
        if self._at_end:
            return False
        if self._timed_out:
            raise OSError("cannot read from timed out object")
        try:
            data = await self._sock.recv(io.DEFAULT_BUFFER_SIZE)
        except socket.timeout:
            self._timed_out = True
            raise
        self._at_end = not data
        self._received += self._decoder.decode(data, self._at_end) if self._is_text else data
        return True

    def _take(self, count: int) -> Any:
        taken, self._received = self._received[:count], self._received[count:]
        return taken


def makefile(
    sock: AsyncSocket, mode: str = "r", buffering: int | None = None, **kwargs: Any
) -> SocketFile:
    """A file over ``sock``, with the parameters of ``socket.makefile``."""
    return SocketFile(sock, mode, buffering, **kwargs)
