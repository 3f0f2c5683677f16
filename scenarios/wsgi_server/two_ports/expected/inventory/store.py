import collections


class OutOfStock(LookupError):
    pass


class Store:
    def __init__(self):
        self._items = collections.Counter()

    def add(self, name, amount=1):
        self._items[name] += amount

    def take(self, name):
        if not self._items[name]:
            raise OutOfStock(name)
        self._items[name] -= 1

    def listing(self):
        return ["%s %d" % pair for pair in sorted(self._items.items())]
