import asyncio

import aiosqlite
from aio_green import Pool

def connect():
    return aiosqlite.connect('file:guide?mode=memory&cache=shared', uri=True)

# Create a pool of database connections
pool = Pool(max_size=10, create=connect)

async def use_db(number):
    conn = await pool.get()
    try:
        # Use the connection
        cursor = await conn.execute("SELECT ? * 2", (number,))
        return (await cursor.fetchone())[0]
    finally:
        pool.put(conn)

async def main():
    tasks = [asyncio.create_task(use_db(number)) for number in range(3)]
    for task in tasks:
        print(await task)
    while pool.free_items:
        await (await pool.get()).close()

asyncio.run(main())
