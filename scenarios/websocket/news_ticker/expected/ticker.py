import asyncio
import collections
import os
import urllib.parse

import websockets

from aio_green import spawn


class Ticker:
    """Everybody on the same path reads the same news."""

    def __init__(self):
        self.readers = collections.defaultdict(list)

    async def handle(self, ws):
        room = urllib.parse.unquote(ws.request.path.partition("?")[0]).strip("/")
        outbox = asyncio.Queue()
        self.readers[room].append(outbox)
        sender = spawn(self._send, ws, outbox)
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
            await sender.kill()

    async def _send(self, ws, outbox):
        while True:
            await ws.send(await outbox.get())

    async def publish(self, room, news):
        for outbox in self.readers[room]:
            await outbox.put("%s: %s" % (room, news))


ticker = Ticker()
app = ticker.handle


async def main():
    async with websockets.serve(
        app,
        "127.0.0.1",
        int(os.environ["PORT"]),
        backlog=50,
        reuse_port=True,
        max_size=8 << 20,
        ping_interval=None,
    ):
        await asyncio.Future()


if __name__ == "__main__":
    asyncio.run(main())
