"""Two readers of sports, one of politics; the editor of sports publishes."""
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


async def exercise():
    url = "ws://127.0.0.1:%d" % port
    sports = [await websockets.connect(url + "/sports") for _ in range(2)]
    politics = await websockets.connect(url + "/politics")
    for connection in (*sports, politics):
        print(await connection.recv())
    await sports[0].send("3:1")
    print([await connection.recv() for connection in sports])
    await politics.send("who")
    print(await politics.recv())
    await sports[1].close()
    await sports[0].send("final whistle")
    print(await sports[0].recv())
    await sports[0].send("who")
    print(await sports[0].recv())
    await sports[0].send("close")
    try:
        print(await sports[0].recv())
        await sports[0].recv()
    except websockets.ConnectionClosed:
        print("closed by the server")
    await politics.close()


program = subprocess.Popen(sys.argv[1:], env=dict(os.environ, PORT=str(port)), stdout=subprocess.DEVNULL)
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
