import os

import eventlet

from chat.client import Client
from chat.room import Room


def main():
    room = Room()
    pool = eventlet.GreenPool(100)
    server = eventlet.listen(("127.0.0.1", int(os.environ["PORT"])))
    while True:
        connection, address = server.accept()
        client = Client(connection, address, room)
        pool.spawn_n(client.serve)


if __name__ == "__main__":
    main()
