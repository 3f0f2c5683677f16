"""Serves some orders, and says what is left in the store."""

import eventlet
import eventlet.hubs

eventlet.hubs.use_hub("asyncio")
eventlet.monkey_patch()

from mill import orders, store
from mill.aio_green import green_wait


async def report():
    for name in ("flour", "bran"):
        print(name, await store.load(name))


def main():
    green_wait(store.save("flour", 5))
    green_wait(store.save("bran", 3))
    pool = eventlet.GreenPool(2)
    for line in pool.imap(orders.serve, [("bread", 2), ("cake", 4), ("roll", 1)]):
        print(line)
    green_wait(report())


if __name__ == "__main__":
    main()
