import unittest

import chatroom
from base import RoomTestCase


class TalkTest(RoomTestCase):
    def test_others_hear_it(self):
        room, (ann, bob) = self.make_room()
        room.say("ann", self.greeting)
        self.assertEqual(chatroom.hear(bob), ("ann", "hello"))
        self.assertIsNone(chatroom.hear(ann, patience=0.02))

    def test_silence(self):
        _, (ann, _) = self.make_room()
        self.assertIsNone(chatroom.hear(ann, 0.01))

    @unittest.skip("needs a microphone")
    def test_loudness(self):
        self.fail("never runs")


class BotTest(RoomTestCase):
    names = ("ann",)

    def setUp(self):
        super().setUp()
        self.room, (self.ann,) = self.make_room()
        self.bot = chatroom.echo_bot(self.room)

    def test_echo(self):
        self.room.say("ann", "ping")
        self.assertEqual(chatroom.hear(self.ann), ("bot", "ping!"))

    def test_bye(self):
        self.room.say("ann", "bye")
        self.assertEqual(self.bot.wait(), "said bye to ann")

    @unittest.expectedFailure
    def test_bot_is_polite(self):
        self.room.say("ann", "thanks")
        self.assertEqual(chatroom.hear(self.ann), ("bot", "you are welcome"))


class PlainTest(unittest.TestCase):
    def test_new_room_is_empty(self):
        self.assertEqual(chatroom.Room().members, {})
