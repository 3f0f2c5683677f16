from .connection import CollectorLost, Connection
from .retry import retry


class Batch:
    def __init__(self, address):
        self.address = address
        self.acks = []

    async def _send_all(self, lines):
        connection = await Connection.create(self.address)
        try:
            self.acks = [await connection.send(line) for line in lines]
        finally:
            connection.close()

    async def send(self, lines):
        # ECONNRESET arrives as an empty read or as an error, depending on the system
        await retry(lambda: self._send_all(lines), (CollectorLost, OSError))
        return len(self.acks)
