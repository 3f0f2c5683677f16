import asyncio
import queue

from resizer.aio_green import Thread


class ResizeWorker(Thread):
    """Takes jobs from `inbox` until told to stop."""

    poll_interval = 0.05

    def __init__(self, name, inbox, results):
        super().__init__(name=name, daemon=True)
        self.inbox = inbox
        self.results = results
        self.idle_polls = 0
        self._stopping = asyncio.Event()

    async def run(self):
        while not self._stopping.is_set():
            try:
                job = await self.inbox.get(timeout=self.poll_interval)
            except queue.Empty:
                self.idle_polls += 1
                continue
            try:
                self.results.append(await self.process(job))
            finally:
                self.inbox.task_done()

    async def process(self, job):
        name, width, height = job
        await asyncio.sleep(0.01)  # the image library at work
        return "%s: %dx%d" % (name, width // 2, height // 2)

    def stop(self):
        self._stopping.set()
