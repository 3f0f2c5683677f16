import unittest
from unittest import mock

import poller


class PollTest(unittest.IsolatedAsyncioTestCase):
    @mock.patch("poller.asyncio.sleep")
    async def test_pauses_grow(self, sleep):
        ask = mock.Mock(side_effect=[None, None, None, "ready"])
        self.assertEqual(await poller.poll(ask), "ready")
        self.assertEqual(sleep.call_args_list, [mock.call(1), mock.call(2), mock.call(4)])

    @mock.patch.object(poller.asyncio, "sleep")
    async def test_gives_up(self, sleep):
        with self.assertRaises(poller.GaveUp):
            await poller.poll(lambda: None, attempts=2)
        self.assertEqual(sleep.call_count, 2)

    async def test_no_pause_without_need(self):
        with mock.patch("poller.asyncio.sleep") as sleep:
            self.assertEqual(await poller.poll(lambda: 0), 0)
        sleep.assert_not_called()


class PollerTest(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.source = mock.Mock()
        self.source.read.return_value = 42
        self.poller = poller.Poller(self.source)

    async def test_result(self):
        self.poller.start()
        self.assertEqual(await self.poller.result(), 42)
        self.source.read.assert_called_once_with()


if __name__ == "__main__":
    unittest.main()
