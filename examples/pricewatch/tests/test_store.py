import unittest

import eventlet

from pricewatch.store import Store


class StoreTest(unittest.TestCase):
    def test_subscribers_get_changes(self):
        store = Store()
        changes = store.subscribe()
        eventlet.spawn(store.update, "gold", 4.5)
        self.assertEqual(changes.get(), ("gold", 4.5))

    def test_the_same_price_is_no_change(self):
        store = Store()
        self.assertTrue(store.update("gold", 4.5))
        self.assertFalse(store.update("gold", 4.5))


if __name__ == "__main__":
    unittest.main()
