"""Copies many files and reports now and then how far it is."""
import asyncio


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
        self._worker = asyncio.create_task(self._copy_all())
        self._worker.add_done_callback(lambda thread: self._ended(thread, "copier"))
        self._reporting = asyncio.create_task(self._report())
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
            return await self._worker
        finally:
            self._reporting.cancel()
            await asyncio.gather(self._reporting, return_exceptions=True)


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
    asyncio.run(main())
