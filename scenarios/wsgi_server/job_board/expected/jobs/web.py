"""POST /jobs, GET /jobs/1, GET /jobs/1/result"""
import json

from jobs.aio_green import Timeout


class NoSuchJob(Exception):
    pass


class Web:
    def __init__(self, board):
        self.board = board

    async def __call__(self, environ, start_response):
        try:
            status, body = await self.answer(environ)
        except NoSuchJob:
            status, body = "404 Not Found", {"error": "no such job"}
        start_response(status, [("Content-Type", "application/json")])
        return [json.dumps(body).encode()]

    async def answer(self, environ):
        parts = environ["PATH_INFO"].strip("/").split("/")
        if environ["REQUEST_METHOD"] == "POST":
            text = environ["wsgi.input"].read().decode("utf-8")
            job = await self.board.add(text)
            return "202 Accepted", {"number": job.number}
        job = self.find(parts)
        if parts[-1] == "result":
            return await self.result(job)
        return "200 OK", {"number": job.number, "state": job.state}

    def find(self, parts):
        try:
            return self.board.jobs[int(parts[1])]
        except (IndexError, KeyError, ValueError):
            raise NoSuchJob from None

    async def result(self, job):
        """Waits for it, but not for ever."""
        async with Timeout(5, False):
            try:
                return "200 OK", {"result": await job.done.wait()}
            except ValueError as error:
                return "422 Unprocessable Entity", {"error": str(error)}
        return "503 Service Unavailable", {"error": "not yet"}
