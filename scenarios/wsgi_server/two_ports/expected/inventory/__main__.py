import asyncio
import os
import socket
import sys

import uvicorn

from inventory.aio_green import WSGIApp, spawn
from inventory.faces import make_public, make_staff
from inventory.store import Store


async def main():
    store = Store()
    ports = [int(port) for port in os.environ["PORTS"].split(",")]
    applications = [make_public(store), make_staff(store, {"eve": "apple"})]

    servers = []
    for port, application in zip(ports, applications):
        sock = socket.create_server(("127.0.0.1", port), backlog=128, reuse_port=True)
        config = uvicorn.Config(
            WSGIApp(application, max_size=100), backlog=128, access_log=False, log_level="warning"
        )
        servers.append(spawn(uvicorn.Server(config).serve, sockets=[sock]))
    for server in servers:
        await server.wait()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
