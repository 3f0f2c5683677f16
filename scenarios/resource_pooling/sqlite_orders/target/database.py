import os
import sqlite3
import tempfile

import aiosqlite
from aio_green import Pool

SCHEMA = """
CREATE TABLE stock (item TEXT PRIMARY KEY, amount INTEGER NOT NULL CHECK (amount >= 0));
INSERT INTO stock VALUES ('tea', 3), ('pot', 1);
"""


def create():
    """Make the database file and return its path."""
    handle, path = tempfile.mkstemp(suffix=".db")
    os.close(handle)
    connection = sqlite3.connect(path)
    connection.executescript(SCHEMA)
    connection.close()
    return path


def open_pool(path, size):
    return Pool(max_size=size, create=lambda: aiosqlite.connect(path, timeout=5))


async def close_pool(pool):
    while pool.free_items:
        await (await pool.get()).close()
