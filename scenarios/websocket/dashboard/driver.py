"""Reads the pages, and changes the numbers while two viewers look on."""
import asyncio
import http.client
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


def get(path, headers={}):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        return response.status, response.getheader("Content-Type"), response.read()
    finally:
        connection.close()


async def exercise():
    url = "ws://127.0.0.1:%d/live" % port
    async with websockets.connect(url) as one, websockets.connect(url) as two:
        print(await one.recv(), await two.recv())
        print(*await asyncio.to_thread(get, "/numbers.json"))
        await one.send('{"users": 2}')
        print(await one.recv(), await two.recv())
        await two.send('{"orders": 1, "users": 1}')
        print(await one.recv(), await two.recv())
        await two.send("nonsense")
        print(await two.recv())
        two.transport.abort()
        await asyncio.sleep(0.1)
        await one.send('{"orders": 3}')
        print(await one.recv())
    await asyncio.sleep(0.1)
    print(*await asyncio.to_thread(get, "/numbers.json"))


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
    status, kind, body = get("/")
    print(status, kind, body.startswith(b"<!doctype html>"), len(body))
    print(*get("/favicon.ico"))
    print("a page in place of a websocket:", get("/live")[0])
    asyncio.run(asyncio.wait_for(exercise(), 15))
finally:
    program.terminate()
    try:
        program.wait(5)
    except subprocess.TimeoutExpired:
        program.kill()
