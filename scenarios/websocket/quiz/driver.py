"""Plays well, too slowly, and not to the end."""
import asyncio
import os
import random
import socket
import subprocess
import sys
import time

import websockets


def free_port():
    # Not from the system's own range: it may give the same port to another case a moment later
    while True:
        port = random.randrange(10000, 30000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


port = free_port()


async def play(path, *answers):
    """Prints what the server says; None stands for no answer."""
    said = []
    async with websockets.connect("ws://127.0.0.1:%d%s" % (port, path)) as connection:
        for answer in answers:
            said.append(await connection.recv())
            if answer is not None:
                await connection.send(answer)
        try:
            while True:
                said.append(await connection.recv())
        except websockets.ConnectionClosed:
            said.append("closed")
    print(*said, sep=" | ")


async def exercise():
    await play("/players/ann", "4", "Oslo", "white")
    await play("/players/bob?colour=blue", "5", None, " white ")
    await play("/players/ann", "4", "4", "4")
    await asyncio.gather(play("/cleo", None, None, None), asyncio.sleep(0.1))
    async with websockets.connect("ws://127.0.0.1:%d/dan" % port) as connection:
        await connection.recv()
        await connection.send("4")
        await connection.recv()
    await asyncio.sleep(0.1)


program = subprocess.Popen(
    sys.argv[1:], env=dict(os.environ, PORT=str(port)), stdout=subprocess.PIPE, text=True
)
try:
    deadline = time.monotonic() + 15
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            if program.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("the server does not answer")
            time.sleep(0.05)
    asyncio.run(asyncio.wait_for(exercise(), 15))
finally:
    program.terminate()
    try:
        print(program.communicate(timeout=5)[0], end="")
    except subprocess.TimeoutExpired:
        program.kill()
