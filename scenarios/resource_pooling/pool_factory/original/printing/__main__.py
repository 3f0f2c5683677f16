from eventlet import GreenPile
from eventlet.pools import Pool

from printing.spooler import Printer, Spooler

JOBS = [("memo", 1), ("thesis", 6), ("poster", 2), ("ticket", 1)]


def run(spooler):
    pile = GreenPile(8)
    for title, pages in JOBS:
        pile.spawn(spooler.print_job, title, pages)
    return sum(pile)


if __name__ == "__main__":
    printers = Pool(max_size=1, create=Printer)
    spooler = Spooler(printers)
    print("pages:", run(spooler))
    print("jobs:", sorted(spooler.journal))
    print("printers:", printers.current_size, "free:", printers.free(), "paper:", spooler.paper.free())

    printers.resize(3)
    print("pages:", run(spooler))
    print("printers:", printers.current_size, "free:", printers.free())

    stack = Pool(min_size=2, max_size=2, order_as_stack=True, create=Printer)
    first, second = stack.get(), stack.get()
    stack.put(first)
    stack.put(second)
    print("last in, first out:", stack.get() is second, stack.get() is first)
