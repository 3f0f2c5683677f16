"""Sends files in the background, a few at a time."""
import asyncio

from aio_green import Queue, spawn


class Refused(Exception):
    pass


class Uploader:
    pause = 0.01

    def __init__(self, workers=2):
        self.queue = Queue()
        self.sent = []
        self.failed = 0
        self._threads = [spawn(self._work) for _ in range(workers)]

    def _transmit(self, name):
        """The network; the tests replace it."""
        raise NotImplementedError

    async def send(self, name, attempts=3):
        for attempt in range(attempts):
            try:
                return self._transmit(name)
            except OSError:
                await asyncio.sleep(self.pause)
        raise Refused(name)

    async def _work(self):
        while True:
            name = await self.queue.get()
            try:
                self.sent.append(await self.send(name))
            except Refused:
                self.failed += 1
            finally:
                self.queue.task_done()

    async def submit(self, *names):
        for name in names:
            await self.queue.put(name)

    async def flush(self):
        await self.queue.join()

    async def close(self):
        for thread in self._threads:
            await thread.kill()
