import asyncio
import os
import sqlite3

import database
from aio_green import GreenPile


class OutOfStock(Exception):
    pass


class Stock:
    def __init__(self, pool):
        self.pool = pool

    async def amount(self, item):
        async with self.pool.item() as connection:
            cursor = await connection.cursor()
            await cursor.execute("SELECT amount FROM stock WHERE item = ?", (item,))
            row = await cursor.fetchone()
            await cursor.close()
            return row and row[0]

    async def take(self, item):
        connection = await self.pool.get()
        try:
            cursor = await connection.cursor()
            await cursor.execute("UPDATE stock SET amount = amount - 1 WHERE item = ?", (item,))
            await connection.commit()
        except sqlite3.IntegrityError:
            await connection.rollback()
            raise OutOfStock(item)
        finally:
            await self.pool.put(connection)
        return True


async def order(stock, item):
    try:
        return await stock.take(item)
    except OutOfStock:
        return False


async def main():
    path = database.create()
    try:
        stock = Stock(database.open_pool(path, size=2))
        pile = GreenPile()
        for item in ["tea", "pot", "tea", "pot", "tea", "tea"]:
            await pile.spawn(order, stock, item)
        print("%d orders went through" % sum([element async for element in pile]))
        for item in ("tea", "pot", "cup"):
            print(item, await stock.amount(item))
    finally:
        os.remove(path)


if __name__ == "__main__":
    asyncio.run(main())
