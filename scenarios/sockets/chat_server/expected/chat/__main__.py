import asyncio
import os

from chat.aio_green import GreenPool, listen
from chat.client import Client
from chat.room import Room


async def main():
    room = Room()
    pool = GreenPool(100)
    server = listen(("127.0.0.1", int(os.environ["PORT"])))
    while True:
        connection, address = await server.accept()
        client = Client(connection, address, room)
        await pool.spawn_n(client.serve)


if __name__ == "__main__":
    asyncio.run(main())
