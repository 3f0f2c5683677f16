import asyncio
import itertools

from printing.aio_green import TokenPool

_numbers = itertools.count(1)


class Printer:
    def __init__(self):
        self.name = "printer-%d" % next(_numbers)
        self.pages = 0

    async def output(self, pages):
        await asyncio.sleep(0.01 * pages)
        self.pages += pages


class Spooler:
    """`printers` is any pools.Pool of printers; `paper` lets so many jobs in at a time."""

    def __init__(self, printers, paper=3):
        self.printers = printers
        self.paper = TokenPool(max_size=paper)
        self.journal = []

    async def print_job(self, title, pages):
        sheet = await self.paper.get()
        async with self.printers.item() as printer:
            await printer.output(pages)
            self.journal.append(title)
        self.paper.put(sheet)
        return pages
