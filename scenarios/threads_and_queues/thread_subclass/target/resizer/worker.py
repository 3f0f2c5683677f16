import asyncio


class ResizeWorker:
    """Takes jobs from `inbox` until told to stop."""

    poll_interval = 0.05

    def __init__(self, name, inbox, results):
        self.name = name
        self.inbox = inbox
        self.results = results
        self.idle_polls = 0
        self._stopping = asyncio.Event()
        self._task = None

    def start(self):
        self._task = asyncio.create_task(self.run(), name=self.name)

    async def join(self, timeout=None):
        await asyncio.wait({self._task}, timeout=timeout)

    def is_alive(self):
        return self._task is not None and not self._task.done()

    async def run(self):
        while not self._stopping.is_set():
            try:
                async with asyncio.timeout(self.poll_interval):
                    job = await self.inbox.get()
            except TimeoutError:
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
