import asyncio
import os

import fastapi
import uvicorn
from fastapi import responses

from aio_green import Event, json_text, spawn_background

app = fastapi.FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
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


@app.api_route("/jobs", methods=["POST"])
async def submit(request: fastapi.Request):
    number = len(jobs) + 1
    job = jobs[number] = Job((await request.json())["words"])
    await waiting.put(job)
    return responses.Response(
        json_text(dict(number=number)), status_code=202, media_type="application/json"
    )


@app.api_route("/jobs/{number:int}", methods=["GET", "HEAD"])
def status(number):
    if number not in jobs:
        return responses.Response(
            json_text(dict(error="no such job")), status_code=404, media_type="application/json"
        )
    return responses.Response(json_text(jobs[number].as_dict()), media_type="application/json")


@app.api_route("/jobs/{number:int}/wait", methods=["GET", "HEAD"])
async def wait(request: fastapi.Request, number):
    job = jobs[number]
    state = await job.finished.wait(timeout=float(request.query_params["timeout"]))
    return responses.Response(
        json_text(dict(finished=state is not None, state=job.state)), media_type="application/json"
    )


async def main():
    for _ in range(2):
        spawn_background(worker())
    await uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=int(os.environ["PORT"]))
    ).serve()


if __name__ == "__main__":
    asyncio.run(main())
