#!/usr/bin/env python
"""Forwards every connection to another address.

    forward.py LISTEN_PORT HOST:PORT
"""
import os
import sys

import eventlet
from eventlet.green import socket


def closed_callback(counter):
    counter["open"] -= 1
    print("closed, %(open)d open, %(bytes)d bytes" % counter, flush=True)


def forward(source, dest, counter):
    """Forwards bytes in one direction until the end, and passes the end on."""
    try:
        while True:
            d = source.recv(32384)
            if d == b'':
                break
            counter["bytes"] += len(d)
            dest.sendall(d)
    finally:
        try:
            dest.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it is gone altogether


def serve(client, target, counter):
    counter["open"] += 1
    try:
        server = socket.create_connection(target)
    except ConnectionRefusedError:
        client.sendall(b"nobody there\n")
        client.close()
    else:
        # two unidirectional forwarders make a bidirectional one
        directions = [
            eventlet.spawn(forward, client, server, counter),
            eventlet.spawn(forward, server, client, counter),
        ]
        for direction in directions:
            direction.wait()
        server.close()
        client.close()
    closed_callback(counter)


def main(port, target):
    counter = {"open": 0, "bytes": 0}
    host, _, target_port = target.partition(":")
    listener = eventlet.listen(('localhost', port))
    while True:
        client, addr = listener.accept()
        eventlet.spawn_n(serve, client, (host, int(target_port)), counter)


if __name__ == '__main__':
    try:
        main(int(os.environ["PORT"]), os.environ["TARGET"])
    except KeyboardInterrupt:
        sys.exit("interrupted")
