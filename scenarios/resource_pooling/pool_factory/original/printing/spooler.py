import itertools

from eventlet import pools, sleep

_numbers = itertools.count(1)


class Printer:
    def __init__(self):
        self.name = "printer-%d" % next(_numbers)
        self.pages = 0

    def output(self, pages):
        sleep(0.01 * pages)
        self.pages += pages


class Spooler:
    """`printers` is any pools.Pool of printers; `paper` lets so many jobs in at a time."""

    def __init__(self, printers, paper=3):
        self.printers = printers
        self.paper = pools.TokenPool(max_size=paper)
        self.journal = []

    def print_job(self, title, pages):
        sheet = self.paper.get()
        with self.printers.item() as printer:
            printer.output(pages)
            self.journal.append(title)
        self.paper.put(sheet)
        return pages
