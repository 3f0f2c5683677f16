#!/usr/bin/env python
"""Forwards every connection to another address.

    forward.py LISTEN_PORT HOST:PORT
"""
import asyncio
import os
import sys

import socket

from aio_green import create_connection, listen, spawn_background


def closed_callback(counter):
    counter["open"] -= 1
    print("closed, %(open)d open, %(bytes)d bytes" % counter, flush=True)


async def forward(source, dest, counter):
    """Forwards bytes in one direction until the end, and passes the end on."""
    try:
        while True:
            d = await source.recv(32384)
            if d == b'':
                break
            counter["bytes"] += len(d)
            await dest.sendall(d)
    finally:
        try:
            dest.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it is gone altogether


async def serve(client, target, counter):
    counter["open"] += 1
    try:
        server = await create_connection(target)
    except ConnectionRefusedError:
        await client.sendall(b"nobody there\n")
        client.close()
    else:
        # two unidirectional forwarders make a bidirectional one
        directions = [
            asyncio.create_task(forward(client, server, counter)),
            asyncio.create_task(forward(server, client, counter)),
        ]
        for direction in directions:
            await direction
        server.close()
        client.close()
    closed_callback(counter)


async def main(port, target):
    counter = {"open": 0, "bytes": 0}
    host, _, target_port = target.partition(":")
    listener = listen(('localhost', port))
    while True:
        client, addr = await listener.accept()
        spawn_background(serve(client, (host, int(target_port)), counter))


if __name__ == '__main__':
    try:
        asyncio.run(main(int(os.environ["PORT"]), os.environ["TARGET"]))
    except KeyboardInterrupt:
        sys.exit("interrupted")
