"""A client of the key-value server.

Plain blocking code. Green programs call eventlet.monkey_patch() and use it as it is.
"""
import os
import socket


class KeyValueError(Exception):
    pass


class Client:
    def __init__(self, port=None):
        self.port = port or int(os.environ["KV_PORT"])
        self._socket = None
        self._file = None

    def connect(self):
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self.port))
            self._file = self._socket.makefile("rb")

    def close(self):
        if self._socket is not None:
            self._file.close()
            self._socket.close()
            self._socket = None

    def __enter__(self):
        self.connect()
        return self

    def __exit__(self, *_exc):
        self.close()

    def command(self, line):
        self.connect()
        self._socket.sendall(line.encode() + b"\n")
        status, _, value = self._file.readline().decode().strip().partition(" ")
        if status == "+":
            return value
        if value:
            raise KeyValueError(value)
        return None

    def get(self, key, default=None):
        value = self.command("GET " + key)
        return default if value is None else value

    def set(self, key, value):
        return self.command("SET %s %s" % (key, value))

    def increment(self, key, by=1):
        value = int(self.get(key, "0")) + by
        self.set(key, value)
        return value

    @staticmethod
    def check_key(key):
        return " " not in key
