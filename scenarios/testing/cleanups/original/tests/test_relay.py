import unittest

import eventlet

from relay import Relay

LOG = []


class Recorded(unittest.TestCase):
    def record(self, what):
        LOG.append(what)

    def start(self, **options):
        relay = Relay(**options)
        self.addCleanup(relay.thread.kill)
        return relay


class TestRelay(Recorded):
    def setUp(self):
        super().setUp()
        self.relay = self.start()
        self.addCleanup(self.record, "set up")

    def tearDown(self):
        self.record("torn down")

    def test_order(self):
        for word in ("one", "two"):
            self.relay.say(word)
        eventlet.sleep(0.02)
        self.assertEqual(["one", "two"], self.relay.heard)

    def test_cleanups_run_last_in_first_out(self):
        relay = self.start(pause=0.001)
        relay.say("hello")
        self.addCleanup(lambda: self.record(relay.heard[-2:]))
        self.addCleanup(relay.close, how="slowly")
        self.addCleanup(lambda: relay.close("twice"))
        helper = eventlet.spawn(eventlet.sleep, 30)
        self.addCleanup(eventlet.kill, helper)
        self.assertFalse(helper.dead)

    def test_z_log(self):
        self.assertEqual(2, LOG.count("torn down"))
        self.assertEqual(2, LOG.count("set up"))
        self.assertIn(["closed twice", "closed slowly"], LOG)


if __name__ == "__main__":
    unittest.main()
