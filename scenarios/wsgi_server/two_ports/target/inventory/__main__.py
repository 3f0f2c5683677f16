import asyncio
import os
import sys

import uvicorn
from a2wsgi import WSGIMiddleware

from inventory.faces import make_public, make_staff
from inventory.store import Store


async def main():
    store = Store()
    ports = [int(port) for port in os.environ["PORTS"].split(",")]
    applications = [make_public(store), make_staff(store, {"eve": "apple"})]

    servers = []
    for port, application in zip(ports, applications):
        app = WSGIMiddleware(application, workers=100)
        config = uvicorn.Config(app, host="127.0.0.1", port=port, backlog=128, access_log=False, log_level="warning")
        servers.append(asyncio.create_task(uvicorn.Server(config).serve()))
    # One signal ends only one of the servers
    await asyncio.wait(servers, return_when=asyncio.FIRST_COMPLETED)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
