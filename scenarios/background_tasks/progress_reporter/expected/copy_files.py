"""Copies many files and reports now and then how far it is."""
import asyncio

from aio_green import hub_exceptions, spawn


class Copier:
    def __init__(self, names, reporter):
        self.names = names
        self.copied = 0
        self.reporter = reporter
        self._worker = None
        self._reporting = None

    @property
    def progress(self):
        return self.copied / len(self.names)

    def start(self):
        self._worker = spawn(self._copy_all)
        self._worker.link(self._ended, "copier")
        self._reporting = spawn(self._report)
        return self

    async def _copy_all(self):
        for name in self.names:
            await asyncio.sleep(0.02)
            if name is None:
                raise OSError("disk full")
            self.copied += 1
        return self.copied

    async def _report(self):
        try:
            while True:
                self.reporter.append(self.progress)
                await asyncio.sleep(0.01)
        finally:
            self.reporter.append("end")

    def _ended(self, thread, who):
        print(who, "ended")

    async def join(self):
        try:
            return await self._worker.wait()
        finally:
            await self._reporting.kill()


async def main():
    reports = []
    copier = Copier(["a", "b", "c"], reports).start()
    print("started, progress", copier.progress)
    print("copied", await copier.join())
    numbers = [report for report in reports if report != "end"]
    print(numbers == sorted(numbers), numbers[0], reports[-1])

    failing = Copier(["a", None], []).start()
    try:
        await failing.join()
    except OSError as error:
        print("failed:", error, failing.progress)


if __name__ == "__main__":
    hub_exceptions(False)
    asyncio.run(main())
