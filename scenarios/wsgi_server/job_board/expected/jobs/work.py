"""Jobs and those who do them."""
import asyncio
import itertools

from jobs.aio_green import Event, GreenPool


class Job:
    def __init__(self, number, text):
        self.number = number
        self.text = text
        self.state = "queued"
        self.done = Event()


class Board:
    def __init__(self, workers):
        self.jobs = {}
        self.todo = asyncio.Queue()
        self.numbers = itertools.count(1)
        self.pool = GreenPool(workers)

    async def start(self):
        for _ in range(self.pool.size):
            await self.pool.spawn_n(self._work)

    async def add(self, text):
        job = Job(next(self.numbers), text)
        self.jobs[job.number] = job
        await self.todo.put(job)
        return job

    async def _work(self):
        while True:
            job = await self.todo.get()
            job.state = "running"
            try:
                job.done.send(await self._do(job))
                job.state = "done"
            except ValueError as error:
                job.done.send_exception(error)
                job.state = "failed"

    async def _do(self, job):
        await asyncio.sleep(0.4)
        if not job.text.isascii():
            raise ValueError("not in ASCII")
        return job.text[::-1]
