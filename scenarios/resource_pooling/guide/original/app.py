import sqlite3

import eventlet
from eventlet.db_pool import ConnectionPool

# Create a pool of database connections
pool = ConnectionPool(sqlite3, max_size=10, database='file:guide?mode=memory&cache=shared', uri=True,
                      check_same_thread=False)

def use_db(number):
    conn = pool.get()
    try:
        # Use the connection
        cursor = conn.cursor()
        cursor.execute("SELECT ? * 2", (number,))
        return cursor.fetchone()[0]
    finally:
        pool.put(conn)

for result in eventlet.GreenPool().imap(use_db, range(3)):
    print(result)
