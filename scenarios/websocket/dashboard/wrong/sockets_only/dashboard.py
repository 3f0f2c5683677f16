# The pages are gone
import asyncio
import json
import os

import websockets

numbers = {"users": 0, "orders": 0}
viewers = set()


async def push(ws):
    await ws.send(json.dumps(numbers, sort_keys=True))


async def live(ws):
    viewers.add(ws)
    try:
        await push(ws)
        async for text in ws:
            try:
                change = json.loads(text)
            except ValueError:
                await ws.send("what is %r?" % text)
                continue
            for name, amount in change.items():
                numbers[name] += amount
            for viewer in list(viewers):
                await push(viewer)
    finally:
        viewers.discard(ws)


async def main():
    async with websockets.serve(live, "127.0.0.1", int(os.environ["PORT"])):
        await asyncio.Future()


asyncio.run(main())
