import os
import sqlite3

import eventlet

import database


class OutOfStock(Exception):
    pass


class Stock:
    def __init__(self, pool):
        self.pool = pool

    def amount(self, item):
        with self.pool.item() as connection:
            cursor = connection.cursor()
            cursor.execute("SELECT amount FROM stock WHERE item = ?", (item,))
            row = cursor.fetchone()
            cursor.close()
            return row and row[0]

    def take(self, item):
        connection = self.pool.get()
        try:
            cursor = connection.cursor()
            cursor.execute("UPDATE stock SET amount = amount - 1 WHERE item = ?", (item,))
            connection.commit()
        except sqlite3.IntegrityError:
            connection.rollback()
            raise OutOfStock(item)
        finally:
            self.pool.put(connection)
        return True


def order(stock, item):
    try:
        return stock.take(item)
    except OutOfStock:
        return False


def main():
    path = database.create()
    try:
        stock = Stock(database.open_pool(path, size=2))
        pile = eventlet.GreenPile()
        for item in ["tea", "pot", "tea", "pot", "tea", "tea"]:
            pile.spawn(order, stock, item)
        print("%d orders went through" % sum(pile))
        for item in ("tea", "pot", "cup"):
            print(item, stock.amount(item))
    finally:
        os.remove(path)


if __name__ == "__main__":
    main()
