import eventlet

PRICES = {"tea": 4, "pot": 19, "cup": 3}
STOCK = {"tea": 10, "pot": 0, "cup": 5}


def price(item):
    eventlet.sleep(0.005)
    return PRICES[item]


def in_stock(item):
    eventlet.sleep(0.005)
    return STOCK[item] > 0


class Basket:
    def __init__(self):
        self.items = []

    def add(self, item):
        if in_stock(item):
            self.items.append(item)
        return self

    def total(self, discount=lambda amount: amount):
        return discount(sum(price(item) for item in self.items))


def names():
    eventlet.sleep(0)
    return sorted(PRICES)


def main():
    # every place where an expression may stand
    print([price(item) for item in names()])
    print({item: price(item) for item in names() if in_stock(item)})
    print({in_stock(item) for item in PRICES if not in_stock(item)})
    print(f"tea costs {price('tea')}, {'yes' if in_stock('pot') else 'no'} pot")
    print(price("tea") + price("pot") * 2, -price("cup"), not in_stock("cup"))
    print(max(price("tea"), price("pot")), "pot" in names(), names()[0].upper())
    print(Basket().add("tea").add("pot").add("cup").total())
    print(Basket().add("tea").total(discount=lambda amount: amount // 2))

    cheapest = min(names(), key=lambda item: PRICES[item])
    assert price(cheapest) == 3, "got %d" % price(cheapest)
    while not in_stock("pot"):
        STOCK["pot"] += price("cup")
    if (count := STOCK["pot"]) and in_stock("pot"):
        print("pots:", count)
    first, *others = [price(item) for item in names()]
    print(first, others, *names(), sep="|")
    print(any(price(item) > 10 for item in names()), all([in_stock(item) for item in names()]))
    describe = lambda item: "%s for %d" % (item, price(item))
    print(describe("cup"))
    print([(a, b) for a in names() for b in names() if price(a) < price(b)])


if __name__ == "__main__":
    main()
