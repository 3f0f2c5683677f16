import asyncio
import os

from chat.client import Client
from chat.room import Room


async def main():
    room = Room()
    slots = asyncio.Semaphore(100)

    async def serve(reader, writer):
        async with slots:
            await Client(reader, writer, room).serve()

    server = await asyncio.start_server(
        serve, "127.0.0.1", int(os.environ["PORT"]), backlog=50, reuse_address=True, reuse_port=True
    )
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
