import json
import re

import eventlet

PRICES = {"tea": 4, "pot": 19, "cup": 3}


def price(item):
    eventlet.sleep(0.005)
    return PRICES[item]


def insert_price(match):
    return "%s (%d)" % (match.group(1), price(match.group(1)))


def cheap(item):
    return price(item) < 10


class Lazy:
    def __init__(self, item):
        self.item = item


def encode(value):
    if isinstance(value, Lazy):
        return price(value.item)
    raise TypeError(value)


def main():
    print(sorted(PRICES, key=price))
    print(list(filter(cheap, PRICES)))
    print(re.sub(r"<(\w+)>", insert_price, "a <pot> of <tea>"))
    print(json.dumps({"cup": Lazy("cup")}, default=encode))
    print(list(map(price, ["tea", "pot"])))


if __name__ == "__main__":
    main()
