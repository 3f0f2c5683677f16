"""Serves some orders, and says what is left in the store."""

import eventlet

eventlet.monkey_patch()

from mill import orders, store


def report():
    for name in ("flour", "bran"):
        print(name, store.load(name))


def main():
    store.save("flour", 5)
    store.save("bran", 3)
    pool = eventlet.GreenPool(2)
    for line in pool.imap(orders.serve, [("bread", 2), ("cake", 4), ("roll", 1)]):
        print(line)
    report()


if __name__ == "__main__":
    main()
