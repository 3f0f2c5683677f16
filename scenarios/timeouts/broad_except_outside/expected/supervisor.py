import asyncio

from aio_green import Timeout, spawn


class Job:
    def __init__(self, name, seconds, broken=False):
        self.name, self.seconds, self.broken = name, seconds, broken

    async def execute(self):
        await asyncio.sleep(self.seconds)
        if self.broken:
            raise RuntimeError("%s is broken" % self.name)
        return self.name.upper()


async def execute_limited(job):
    async with Timeout(0.05):
        return await job.execute()


async def safely(function, *args):
    """Errors become text; a timeout is the business of the supervisor."""
    try:
        return await function(*args)
    except Exception as error:
        return "error: %s" % error


async def supervise(job):
    try:
        return await safely(execute_limited, job)
    except Timeout:
        return "%s restarted" % job.name


jobs = [Job("mail", 0.01), Job("index", 0.3), Job("report", 0.01, broken=True)]


async def main():
    for green_thread in [spawn(supervise, job) for job in jobs]:
        print(await green_thread.wait())


asyncio.run(main())
