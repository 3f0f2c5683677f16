"""Serves some orders, and says what is left in the store."""

import asyncio


from mill import orders, store
from mill.aio_green import GreenPool


async def report():
    for name in ("flour", "bran"):
        print(name, await store.load(name))


async def main():
    await store.save("flour", 5)
    await store.save("bran", 3)
    pool = GreenPool(2)
    async for line in pool.imap(orders.serve, [("bread", 2), ("cake", 4), ("roll", 1)]):
        print(line)
    await report()


if __name__ == "__main__":
    asyncio.run(main())
