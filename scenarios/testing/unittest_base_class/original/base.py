import unittest

import eventlet


class Settled:
    """Mixin: after every test the green threads get a chance to end."""

    pause = 0.01

    def setUp(self):
        super().setUp()
        self.addCleanup(self.settle)

    def settle(self):
        eventlet.sleep(self.pause)


class RoomTestCase(Settled, unittest.TestCase):
    names = ("ann", "bob")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.greeting = "hello"

    def make_room(self):
        from chatroom import Room
        room = Room()
        return room, [room.join(name) for name in self.names]
