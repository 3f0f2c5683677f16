import unittest
from unittest import mock

from aio_green import Timeout
from uploader import Refused, Uploader


class UploaderTest(unittest.IsolatedAsyncioTestCase):

    async def asyncSetUp(self):
        self.uploader = Uploader()
        self.addAsyncCleanup(self.uploader.close)
        patcher = mock.patch.object(Uploader, "_transmit", side_effect=lambda name: "sent " + name)
        self.transmit = patcher.start()
        self.addCleanup(patcher.stop)

    def tearDown(self):
        # nothing may be left over
        self.assertEqual(self.uploader.queue.qsize(), 0)

    async def test_sends_everything(self):
        await self.uploader.submit("a", "b", "c")
        await self.uploader.flush()
        self.assertEqual(sorted(self.uploader.sent), ["sent a", "sent b", "sent c"])
        self.assertEqual(self.transmit.call_count, 3)

    async def test_counts_failures(self):
        self.transmit.side_effect = OSError("no route")
        await self.uploader.submit("a")
        await self.uploader.flush()
        self.assertEqual(self.uploader.failed, 1)
        self.assertEqual(self.uploader.sent, [])

    async def test_tries_again(self):
        self.transmit.side_effect = [OSError("no route"), "sent at last"]
        self.assertEqual(await self.uploader.send("a"), "sent at last")
        self.transmit.assert_called_with("a")

    async def test_gives_up(self):
        self.transmit.side_effect = OSError
        for attempts in (1, 2):
            with self.subTest(attempts=attempts):
                with self.assertRaises(Refused) as caught:
                    await self.uploader.send("a", attempts=attempts)
                self.assertEqual(caught.exception.args, ("a",))
        with self.assertRaises(Refused):
            await self.uploader.send("b", attempts=1)

    async def test_flush_waits(self):
        with self.assertRaises(Timeout):
            async with Timeout(0.05):
                self.uploader.queue.unfinished_tasks += 1  # somebody forgot task_done()
                await self.uploader.flush()

    @mock.patch("uploader.Uploader.pause", 0)
    def test_pause_is_configurable(self):
        self.assertEqual(self.uploader.pause, 0)


if __name__ == "__main__":
    unittest.main()
