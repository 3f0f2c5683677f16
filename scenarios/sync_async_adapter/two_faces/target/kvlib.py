"""A client of the key-value server.

AsyncClient is for programs on asyncio, Client for all others.
"""
import asyncio
import os


class KeyValueError(Exception):
    pass


class AsyncClient:
    def __init__(self, port=None):
        self.port = port or int(os.environ["KV_PORT"])
        self._reader = None
        self._writer = None

    async def connect(self):
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)

    async def close(self):
        if self._writer is not None:
            self._writer.close()
            await self._writer.wait_closed()
            self._writer = None

    async def __aenter__(self):
        await self.connect()
        return self

    async def __aexit__(self, *_exc):
        await self.close()

    async def command(self, line):
        await self.connect()
        self._writer.write(line.encode() + b"\n")
        await self._writer.drain()
        status, _, value = (await self._reader.readline()).decode().strip().partition(" ")
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


class Client:
    """The synchronous face of AsyncClient, with an event loop of its own between connect and close."""

    check_key = staticmethod(AsyncClient.check_key)

    def __init__(self, port=None):
        self._client = AsyncClient(port)
        self._runner = None

    def _run(self, coroutine):
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            pass
        else:
            coroutine.close()
            raise RuntimeError("Cannot run a synchronous call while an event loop is running; use AsyncClient.")
        if self._runner is None:
            self._runner = asyncio.Runner()
        return self._runner.run(coroutine)

    def connect(self):
        self._run(self._client.connect())

    def close(self):
        if self._runner is not None:
            self._run(self._client.close())
            self._runner.close()
            self._runner = None

    def __enter__(self):
        self.connect()
        return self

    def __exit__(self, *_exc):
        self.close()

    def command(self, line):
        return self._run(self._client.command(line))

    def get(self, key, default=None):
        return self._run(self._client.get(key, default))

    def set(self, key, value):
        return self._run(self._client.set(key, value))

    def increment(self, key, by=1):
        return self._run(self._client.increment(key, by))
