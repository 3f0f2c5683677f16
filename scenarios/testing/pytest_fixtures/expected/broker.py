import asyncio

from aio_green import Thread


class Broker:
    """Delivers messages to subscribers, each from a thread of its own."""

    def __init__(self):
        self._inboxes = {}
        self._threads = []
        self.delivered = 0

    async def subscribe(self, name, callback):
        inbox = self._inboxes[name] = asyncio.Queue()
        thread = Thread(target=self._deliver, args=(inbox, callback), daemon=True)
        await thread.start()
        self._threads.append(thread)

    async def _deliver(self, inbox, callback):
        while True:
            message = await inbox.get()
            if message is None:
                return
            await asyncio.sleep(0.005)
            callback(message)
            self.delivered += 1

    async def publish(self, message):
        if not self._inboxes:
            raise LookupError("nobody listens")
        for inbox in self._inboxes.values():
            await inbox.put(message)

    async def close(self):
        for inbox in self._inboxes.values():
            await inbox.put(None)
        for thread in self._threads:
            await thread.join()
