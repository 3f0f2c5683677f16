"""Who is where: `HERE name` registers the sender, `WHERE name` asks."""
import socket

from beacon.aio_green import AsyncSocket, GreenPool, spawn_after


class Registry:
    LIFETIME = 0.3

    def __init__(self):
        self.sock = AsyncSocket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.address = self.sock.getsockname()
        self.known = {}
        self.pool = GreenPool(50)

    async def run(self):
        while True:
            packet, sender = await self.sock.recvfrom(512)
            await self.pool.spawn_n(self.handle, packet, sender)

    async def handle(self, packet, sender):
        verb, _, name = packet.decode().partition(" ")
        if verb == "HERE":
            self.known[name] = sender
            spawn_after(self.LIFETIME, self.forget, name, sender)
            answer = "OK"
        elif verb == "WHERE":
            host, port = self.known.get(name, ("nowhere", 0))
            answer = "%s %d" % (host, port)
        else:
            return  # not one of ours
        await self.sock.sendto(answer.encode(), sender)

    def forget(self, name, sender):
        if self.known.get(name) == sender:
            del self.known[name]
