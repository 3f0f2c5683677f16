import asyncio
import os

import websockets

async def echo(ws):
    while True:
        try:
            msg = await ws.recv()
        except websockets.ConnectionClosed:
            msg = None
        if msg is None:
            break
        await ws.send(msg)


async def main():
    async with websockets.serve(
        echo,
        '0.0.0.0',
        int(os.environ.get('PORT', 7000)),
        backlog=50,
        reuse_port=True,
        max_size=8 << 20,
        ping_interval=None,
    ):
        await asyncio.Future()


asyncio.run(main())
