import asyncio


class CollectorLost(Exception):
    pass


class Connection:
    """One line out, one line back."""

    def __init__(self, reader, writer):
        self._reader = reader
        self._writer = writer
        self._rest = b""

    @classmethod
    async def open(cls, address):
        host, _, port = address.rpartition(":")
        async with asyncio.timeout(5):
            reader, writer = await asyncio.open_connection(host, int(port))
        return cls(reader, writer)

    async def send(self, text):
        async with asyncio.timeout(5):
            self._writer.write(text.encode() + b"\n")
            await self._writer.drain()
        return await self._read_line()

    async def _read_line(self):
        while b"\n" not in self._rest:
            try:
                async with asyncio.timeout(5):
                    data = await self._reader.read(4096)
            except ConnectionResetError:
                data = b""
            if not data:
                raise CollectorLost("the collector hung up")
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\n")
        return line.decode()

    def close(self):
        self._writer.close()
