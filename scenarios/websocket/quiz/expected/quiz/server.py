import asyncio
import os
import socket
import sys
import urllib.parse

import websockets

from quiz.aio_green import spawn
from quiz.game import Game

best = {}


async def handler(ws):
    # The name of the player is the path: /players/ann
    player = urllib.parse.unquote(ws.request.path.partition("?")[0]).rpartition("/")[2]

    answers = asyncio.Queue()

    async def listen():
        # A timeout must not strike inside of wait(): the connection would be lost
        while True:
            try:
                message = await ws.recv()
            except websockets.ConnectionClosed:
                message = None
            await answers.put(message)
            if message is None:
                break

    async def ask(question):
        await ws.send(question + "?")
        return await answers.get()

    listener = spawn(listen)
    try:
        points = await Game(ask).play()
    finally:
        await listener.kill()
    if points is None:
        print(player, "left", flush=True)
        return
    best[player] = max(points, best.get(player, points))
    await ws.send("%s has %d points, best %d" % (player, points, best[player]))
    # Returning closes the connection


async def main(argv):
    address = ("127.0.0.1", int(os.environ["PORT"]))
    application = handler
    async with websockets.serve(
        application,
        sock=socket.create_server(address, backlog=50, reuse_port=True),
        backlog=50,
        max_size=8 << 20,
        ping_interval=None,
    ):
        await asyncio.Future()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv)))
