import asyncio
import unittest

from aio_green import awaited, kill, spawn
from relay import Relay

LOG = []


class Recorded(unittest.IsolatedAsyncioTestCase):
    def record(self, what):
        LOG.append(what)

    async def start(self, **options):
        relay = Relay(**options)
        self.addAsyncCleanup(awaited, relay.thread.kill)
        return relay


class TestRelay(Recorded):
    async def asyncSetUp(self):
        await super().asyncSetUp()
        self.relay = await self.start()
        self.addCleanup(self.record, "set up")

    def tearDown(self):
        self.record("torn down")

    async def test_order(self):
        for word in ("one", "two"):
            await self.relay.say(word)
        await asyncio.sleep(0.02)
        self.assertEqual(["one", "two"], self.relay.heard)

    async def test_cleanups_run_last_in_first_out(self):
        relay = await self.start(pause=0.001)
        await relay.say("hello")
        self.addCleanup(lambda: self.record(relay.heard[-2:]))
        self.addAsyncCleanup(relay.close, how="slowly")
        self.addAsyncCleanup(awaited, lambda: relay.close("twice"))
        helper = spawn(asyncio.sleep, 30)
        self.addAsyncCleanup(awaited, kill, helper)
        self.assertFalse(helper.dead)

    def test_z_log(self):
        self.assertEqual(2, LOG.count("torn down"))
        self.assertEqual(2, LOG.count("set up"))
        self.assertIn(["closed twice", "closed slowly"], LOG)


if __name__ == "__main__":
    unittest.main()
