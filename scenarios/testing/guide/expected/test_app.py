import asyncio
import unittest

async def test_function():
    await asyncio.sleep(0.1)
    return "done"

class TestEventlet(unittest.IsolatedAsyncioTestCase):
    async def test_async_function(self):
        result = await test_function()
        self.assertEqual(result, "done")
