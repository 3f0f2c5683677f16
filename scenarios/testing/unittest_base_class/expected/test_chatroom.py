import unittest

import chatroom
from base import RoomTestCase


class TalkTest(RoomTestCase):
    async def test_others_hear_it(self):
        room, (ann, bob) = self.make_room()
        await room.say("ann", self.greeting)
        self.assertEqual(await chatroom.hear(bob), ("ann", "hello"))
        self.assertIsNone(await chatroom.hear(ann, patience=0.02))

    async def test_silence(self):
        _, (ann, _) = self.make_room()
        self.assertIsNone(await chatroom.hear(ann, 0.01))

    @unittest.skip("needs a microphone")
    def test_loudness(self):
        self.fail("never runs")


class BotTest(RoomTestCase):
    names = ("ann",)

    async def asyncSetUp(self):
        await super().asyncSetUp()
        self.room, (self.ann,) = self.make_room()
        self.bot = chatroom.echo_bot(self.room)

    async def test_echo(self):
        await self.room.say("ann", "ping")
        self.assertEqual(await chatroom.hear(self.ann), ("bot", "ping!"))

    async def test_bye(self):
        await self.room.say("ann", "bye")
        self.assertEqual(await self.bot, "said bye to ann")

    @unittest.expectedFailure
    async def test_bot_is_polite(self):
        await self.room.say("ann", "thanks")
        self.assertEqual(await chatroom.hear(self.ann), ("bot", "you are welcome"))


class PlainTest(unittest.TestCase):
    def test_new_room_is_empty(self):
        self.assertEqual(chatroom.Room().members, {})
