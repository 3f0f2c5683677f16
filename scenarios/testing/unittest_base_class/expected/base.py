import asyncio
import unittest


class Settled:
    """Mixin: after every test the green threads get a chance to end."""

    pause = 0.01

    async def asyncSetUp(self):
        await super().asyncSetUp()
        self.addAsyncCleanup(self.settle)

    async def settle(self):
        await asyncio.sleep(self.pause)


class RoomTestCase(Settled, unittest.IsolatedAsyncioTestCase):
    names = ("ann", "bob")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.greeting = "hello"

    def make_room(self):
        from chatroom import Room
        room = Room()
        return room, [room.join(name) for name in self.names]
