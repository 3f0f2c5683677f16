import asyncio
import os

from aio_green import Event
from quart import Quart, jsonify, request

app = Quart(__name__)
jobs = {}
waiting = asyncio.Queue()


class Job:
    def __init__(self, words):
        self.words = words
        self.state = "waiting"
        self.result = None
        self.finished = Event()

    async def run(self):
        self.state = "running"
        letters = 0
        for word in self.words:
            await asyncio.sleep(0.01)
            if word == "poison":
                raise ValueError("can not count poison")
            letters += len(word)
        return letters

    def as_dict(self):
        return {"state": self.state, "result": self.result}


async def worker():
    while True:
        job = await waiting.get()
        try:
            job.result = await job.run()
            job.state = "done"
        except ValueError as error:
            job.result = str(error)
            job.state = "failed"
        job.finished.send(job.state)


@app.route("/jobs", methods=["POST"])
async def submit():
    number = len(jobs) + 1
    job = jobs[number] = Job((await request.get_json())["words"])
    await waiting.put(job)
    return jsonify(number=number), 202


@app.route("/jobs/<int:number>")
async def status(number):
    if number not in jobs:
        return jsonify(error="no such job"), 404
    return jsonify(jobs[number].as_dict())


@app.route("/jobs/<int:number>/wait")
async def wait(number):
    job = jobs[number]
    state = await job.finished.wait(timeout=float(request.args["timeout"]))
    return jsonify(finished=state is not None, state=job.state)


async def main():
    workers = [asyncio.create_task(worker()) for _ in range(2)]
    await app.run_task(host="127.0.0.1", port=int(os.environ["PORT"]))


if __name__ == "__main__":
    asyncio.run(main())
