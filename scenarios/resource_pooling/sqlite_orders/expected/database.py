import os
import sqlite3
import tempfile

from aio_green import ConnectionPool

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
    return ConnectionPool(sqlite3, max_size=size, database=path, check_same_thread=False, timeout=5)
