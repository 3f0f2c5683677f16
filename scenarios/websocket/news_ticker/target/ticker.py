import asyncio
import collections
import os

import websockets


class Ticker:
    """Everybody on the same path reads the same news."""

    def __init__(self):
        self.readers = collections.defaultdict(list)

    async def handle(self, ws):
        room = ws.request.path.strip("/")
        outbox = asyncio.Queue()
        self.readers[room].append(outbox)
        sender = asyncio.create_task(self._send(ws, outbox))
        await outbox.put("welcome to %s" % room)
        try:
            while True:
                try:
                    message = await ws.recv()
                except websockets.ConnectionClosed:
                    message = None
                if message is None:
                    break
                if message == "close":
                    await outbox.put("goodbye")
                    await asyncio.sleep(0.05)
                    await ws.close()
                    break
                if message == "who":
                    await outbox.put("%d readers" % len(self.readers[room]))
                else:
                    await self.publish(room, message)
        finally:
            self.readers[room].remove(outbox)
            sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)

    async def _send(self, ws, outbox):
        while True:
            await ws.send(await outbox.get())

    async def publish(self, room, news):
        for outbox in self.readers[room]:
            await outbox.put("%s: %s" % (room, news))


ticker = Ticker()


async def main():
    async with websockets.serve(ticker.handle, "127.0.0.1", int(os.environ["PORT"]),
                                max_size=8 << 20, ping_interval=None, backlog=50, reuse_port=True):
        await asyncio.Future()


if __name__ == "__main__":
    asyncio.run(main())
