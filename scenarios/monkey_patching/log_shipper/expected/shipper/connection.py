from .aio_green import create_connection


class CollectorLost(Exception):
    pass


class Connection:
    """One line out, one line back."""

    @classmethod
    async def create(cls, address):
        self = cls()
        await self._start(address)
        return self

    async def _start(self, address):
        host, _, port = address.rpartition(":")
        self._socket = await create_connection((host, int(port)), timeout=5)
        self._rest = b""

    async def send(self, text):
        await self._socket.sendall(text.encode() + b"\n")
        return await self._read_line()

    async def _read_line(self):
        while b"\n" not in self._rest:
            data = await self._socket.recv(4096)
            if not data:
                raise CollectorLost("the collector hung up")
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\n")
        return line.decode()

    def close(self):
        self._socket.close()
