import socket

from beacon.aio_green import AsyncSocket


class NoAnswer(Exception):
    pass


class Client:
    def __init__(self, registry, patience=0.15):
        self.sock = AsyncSocket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.settimeout(patience)
        self.sock.connect_now(registry)

    @property
    def port(self):
        return self.sock.getsockname()[1]

    async def ask(self, text):
        await self.sock.send(text.encode())
        try:
            return (await self.sock.recv(512)).decode()
        except socket.timeout:
            raise NoAnswer(text) from None

    def close(self):
        self.sock.close()
