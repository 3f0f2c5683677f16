"""A client of the key-value server.

Plain blocking code. Green programs call eventlet.monkey_patch() and use it as it is.
"""
import os

from aio_green import SyncFace, create_connection, makefile


class KeyValueError(Exception):
    pass


class AsyncClient:
    def __init__(self, port=None):
        self.port = port or int(os.environ["KV_PORT"])
        self._socket = None
        self._file = None

    async def connect(self):
        if self._socket is None:
            self._socket = await create_connection(("127.0.0.1", self.port))
            self._file = makefile(self._socket, "rb")

    async def close(self):
        if self._socket is not None:
            await self._file.close()
            self._socket.close()
            self._socket = None

    async def __aenter__(self):
        await self.connect()
        return self

    async def __aexit__(self, *_exc):
        await self.close()

    async def command(self, line):
        await self.connect()
        await self._socket.sendall(line.encode() + b"\n")
        status, _, value = (await self._file.readline()).decode().strip().partition(" ")
        if status == "+":
            return value
        if value:
            raise KeyValueError(value)
        return None

    async def get(self, key, default=None):
        value = await self.command("GET " + key)
        return default if value is None else value

    async def set(self, key, value):
        return await self.command("SET %s %s" % (key, value))

    async def increment(self, key, by=1):
        value = int(await self.get(key, "0")) + by
        await self.set(key, value)
        return value

    @staticmethod
    def check_key(key):
        return " " not in key


class Client(SyncFace, asynchronous=AsyncClient):
    """The synchronous face of `AsyncClient`, for code without an event loop."""

    def __init__(self, port=None):
        super().__init__(port)

    def connect(self):
        return self._call(self._async.connect)

    def close(self):
        return self._call(self._async.close)

    def __enter__(self):
        return self._call(self._async.__aenter__)

    def __exit__(self, *_exc):
        return self._call(self._async.__aexit__, *_exc)

    def command(self, line):
        return self._call(self._async.command, line)

    def get(self, key, default=None):
        return self._call(self._async.get, key, default)

    def set(self, key, value):
        return self._call(self._async.set, key, value)

    def increment(self, key, by=1):
        return self._call(self._async.increment, key, by)

    check_key = staticmethod(AsyncClient.check_key)
