"""Echoes over two connections; checks sizes, kinds and the end."""
import asyncio
import pathlib
import random
import re
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


async def exercise():
    url = "ws://127.0.0.1:%d/" % port
    async with websockets.connect(url, max_size=None) as one, websockets.connect(url) as two:
        for connection, message in ((one, "first"), (two, "second"), (one, "zw\u00f6lf"), (two, b"\x00\xff")):
            await connection.send(message)
            print(ascii(await connection.recv()))
        await one.send("x" * (2 << 20))
        print("large:", len(await one.recv()))
    rude = await websockets.connect(url)
    await rude.send("bye")
    print(await rude.recv())
    rude.transport.abort()
    async with websockets.connect(url) as again:
        await again.send("still there")
        print(await again.recv())


# The program names its port; the test takes a free one in its place just before it runs
program_file = pathlib.Path("app.py")
program_file.write_text(re.sub(r"\b7000\b", str(port), program_file.read_text()))
program = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
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
        program.wait(5)
    except subprocess.TimeoutExpired:
        program.kill()
