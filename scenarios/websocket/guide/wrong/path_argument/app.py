# The guide's own version: handlers have one argument
import asyncio
import os

import websockets

async def echo(websocket, path):
    async for message in websocket:
        await websocket.send(message)

async def main():
    async with websockets.serve(echo, "0.0.0.0", int(os.environ.get('PORT', 7000))):
        await asyncio.Future()  # Run forever

asyncio.run(main())
