import asyncio
import sqlite3

from aio_green import ConnectionPool, GreenPool

# Create a pool of database connections
pool = ConnectionPool(sqlite3, max_size=10, database='file:guide?mode=memory&cache=shared', uri=True,
                      check_same_thread=False)

async def use_db(number):
    conn = await pool.get()
    try:
        # Use the connection
        cursor = await conn.cursor()
        await cursor.execute("SELECT ? * 2", (number,))
        return (await cursor.fetchone())[0]
    finally:
        await pool.put(conn)


async def main():
    async for result in GreenPool().imap(use_db, range(3)):
        print(result)


asyncio.run(main())
