"""POST /jobs, GET /jobs/1, GET /jobs/1/result"""
import json

import eventlet


class NoSuchJob(Exception):
    pass


class Web:
    def __init__(self, board):
        self.board = board

    def __call__(self, environ, start_response):
        try:
            status, body = self.answer(environ)
        except NoSuchJob:
            status, body = "404 Not Found", {"error": "no such job"}
        start_response(status, [("Content-Type", "application/json")])
        return [json.dumps(body).encode()]

    def answer(self, environ):
        parts = environ["PATH_INFO"].strip("/").split("/")
        if environ["REQUEST_METHOD"] == "POST":
            text = environ["wsgi.input"].read().decode("utf-8")
            job = self.board.add(text)
            return "202 Accepted", {"number": job.number}
        job = self.find(parts)
        if parts[-1] == "result":
            return self.result(job)
        return "200 OK", {"number": job.number, "state": job.state}

    def find(self, parts):
        try:
            return self.board.jobs[int(parts[1])]
        except (IndexError, KeyError, ValueError):
            raise NoSuchJob from None

    def result(self, job):
        """Waits for it, but not for ever."""
        with eventlet.Timeout(5, False):
            try:
                return "200 OK", {"result": job.done.wait()}
            except ValueError as error:
                return "422 Unprocessable Entity", {"error": str(error)}
        return "503 Service Unavailable", {"error": "not yet"}
