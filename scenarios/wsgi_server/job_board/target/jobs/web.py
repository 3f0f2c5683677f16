"""POST /jobs, GET /jobs/1, GET /jobs/1/result"""
import asyncio
import json

from aiohttp import web


class NoSuchJob(Exception):
    pass


class Web:
    def __init__(self, board):
        self.board = board

    async def __call__(self, request):
        try:
            status, body = await self.answer(request)
        except NoSuchJob:
            status, body = 404, {"error": "no such job"}
        return web.Response(
            status=status, body=json.dumps(body).encode(), headers={"Content-Type": "application/json"}
        )

    async def answer(self, request):
        parts = request.path.strip("/").split("/")
        if request.method == "POST":
            text = (await request.read()).decode("utf-8")
            job = await self.board.add(text)
            return 202, {"number": job.number}
        job = self.find(parts)
        if parts[-1] == "result":
            return await self.result(job)
        return 200, {"number": job.number, "state": job.state}

    def find(self, parts):
        try:
            return self.board.jobs[int(parts[1])]
        except (IndexError, KeyError, ValueError):
            raise NoSuchJob from None

    async def result(self, job):
        """Waits for it, but not for ever."""
        try:
            async with asyncio.timeout(5):
                try:
                    return 200, {"result": await job.done.wait()}
                except ValueError as error:
                    return 422, {"error": str(error)}
        except TimeoutError:
            pass
        return 503, {"error": "not yet"}
