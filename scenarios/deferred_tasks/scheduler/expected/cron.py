"""Runs jobs again and again until it is stopped."""
import asyncio

from aio_green import spawn_after


class Job:
    def __init__(self, name, period, function):
        self.name = name
        self.period = period
        self.function = function
        self.runs = 0
        self.timer = None
        self.active = True

    def schedule(self):
        self.timer = spawn_after(self.period, self._run)

    async def _run(self):
        self.runs += 1
        try:
            await self.function()
        except Exception as error:
            print("%s failed: %s" % (self.name, error))
            self.active = False
        if self.active:
            self.schedule()

    def stop(self):
        self.active = False
        if self.timer is not None:
            self.timer.cancel()


class Cron:
    def __init__(self):
        self.jobs = []

    def every(self, period):
        def decorate(function):
            job = Job(function.__name__, period, function)
            self.jobs.append(job)
            return function
        return decorate

    async def run_for(self, seconds):
        for job in self.jobs:
            job.schedule()
        await asyncio.sleep(seconds)
        for job in self.jobs:
            job.stop()
        return {job.name: job.runs for job in self.jobs}


cron = Cron()
lines = []


@cron.every(0.06)
async def rotate_logs():
    await asyncio.sleep(0.01)
    lines.append("rotated")


@cron.every(0.03)
async def fragile():
    raise RuntimeError("out of paper")


@cron.every(10)
async def yearly():
    lines.append("happy new year")


async def main():
    runs = await cron.run_for(0.3)
    print("rotated several times:", 2 <= runs["rotate_logs"] <= 4)
    print(runs["fragile"], runs["yearly"])
    await asyncio.sleep(0.1)
    print("stopped:", len(lines) <= runs["rotate_logs"])


if __name__ == "__main__":
    asyncio.run(main())
