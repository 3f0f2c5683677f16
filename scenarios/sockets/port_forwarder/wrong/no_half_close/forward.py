# One end closes the connection both ways
#!/usr/bin/env python
"""Forwards every connection to another address.

    forward.py LISTEN_PORT HOST:PORT
"""
import asyncio
import os
import sys


def closed_callback(counter):
    counter["open"] -= 1
    print("closed, %(open)d open, %(bytes)d bytes" % counter, flush=True)


async def forward(reader, writer, counter):
    """Forwards bytes in one direction until the end, and passes the end on."""
    try:
        while True:
            try:
                d = await reader.read(32384)
            except ConnectionResetError:
                d = b''
            if d == b'':
                break
            counter["bytes"] += len(d)
            writer.write(d)
            await writer.drain()
    finally:
        try:
            writer.close()
        except OSError:
            pass  # it is gone altogether


async def serve(client_reader, client_writer, target, counter):
    counter["open"] += 1
    try:
        server_reader, server_writer = await asyncio.open_connection(*target)
    except ConnectionRefusedError:
        client_writer.write(b"nobody there\n")
        await client_writer.drain()
        client_writer.close()
    else:
        # two unidirectional forwarders make a bidirectional one
        directions = [
            asyncio.create_task(forward(client_reader, server_writer, counter)),
            asyncio.create_task(forward(server_reader, client_writer, counter)),
        ]
        for direction in directions:
            await direction
        server_writer.close()
        client_writer.close()
    closed_callback(counter)


async def main(port, target):
    counter = {"open": 0, "bytes": 0}
    host, _, target_port = target.partition(":")

    async def handle(reader, writer):
        await serve(reader, writer, (host, int(target_port)), counter)

    listener = await asyncio.start_server(handle, '127.0.0.1', port, backlog=50, reuse_address=True, reuse_port=True)
    async with listener:
        await listener.serve_forever()


if __name__ == '__main__':
    try:
        asyncio.run(main(int(os.environ["PORT"]), os.environ["TARGET"]))
    except KeyboardInterrupt:
        sys.exit("interrupted")
