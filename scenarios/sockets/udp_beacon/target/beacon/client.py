import asyncio
import socket


class NoAnswer(Exception):
    pass


class Client:
    def __init__(self, registry, patience=0.15):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.setblocking(False)
        self.patience = patience
        self.sock.connect(registry)

    @property
    def port(self):
        return self.sock.getsockname()[1]

    async def ask(self, text):
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(self.sock, text.encode())
        try:
            async with asyncio.timeout(self.patience):
                return (await loop.sock_recv(self.sock, 512)).decode()
        except TimeoutError:
            raise NoAnswer(text) from None

    def close(self):
        self.sock.close()
