import os
import sys

import eventlet
from eventlet import listen, wsgi

from inventory.faces import make_public, make_staff
from inventory.store import Store


def main():
    store = Store()
    ports = [int(port) for port in os.environ["PORTS"].split(",")]
    applications = [make_public(store), make_staff(store, {"eve": "apple"})]

    servers = []
    for port, application in zip(ports, applications):
        sock = listen(("127.0.0.1", port), backlog=128)
        servers.append(eventlet.spawn(wsgi.server, sock, application, max_size=100, log_output=False))
    for server in servers:
        server.wait()


if __name__ == "__main__":
    sys.exit(main())
