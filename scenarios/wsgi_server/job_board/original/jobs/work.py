"""Jobs and those who do them."""
import itertools

import eventlet
from eventlet import event, queue


class Job:
    def __init__(self, number, text):
        self.number = number
        self.text = text
        self.state = "queued"
        self.done = event.Event()


class Board:
    def __init__(self, workers):
        self.jobs = {}
        self.todo = queue.Queue()
        self.numbers = itertools.count(1)
        self.pool = eventlet.GreenPool(workers)

    def start(self):
        for _ in range(self.pool.size):
            self.pool.spawn_n(self._work)

    def add(self, text):
        job = Job(next(self.numbers), text)
        self.jobs[job.number] = job
        self.todo.put(job)
        return job

    def _work(self):
        while True:
            job = self.todo.get()
            job.state = "running"
            try:
                job.done.send(self._do(job))
                job.state = "done"
            except ValueError as error:
                job.done.send_exception(error)
                job.state = "failed"

    def _do(self, job):
        eventlet.sleep(0.4)
        if not job.text.isascii():
            raise ValueError("not in ASCII")
        return job.text[::-1]
