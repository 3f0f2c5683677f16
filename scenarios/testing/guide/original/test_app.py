import unittest
import eventlet

def test_function():
    eventlet.sleep(0.1)
    return "done"

class TestEventlet(unittest.TestCase):
    def test_async_function(self):
        result = test_function()
        self.assertEqual(result, "done")
