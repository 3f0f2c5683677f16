import asyncio

from aio_green import Pool

from printing.spooler import Printer, Spooler

JOBS = [("memo", 1), ("thesis", 6), ("poster", 2), ("ticket", 1)]


async def run(spooler):
    pile = []
    for title, pages in JOBS:
        pile.append(asyncio.create_task(spooler.print_job(title, pages)))
    return sum([await task for task in pile])


async def main():
    printers = Pool(max_size=1, create=Printer)
    spooler = Spooler(printers)
    print("pages:", await run(spooler))
    print("jobs:", sorted(spooler.journal))
    print("printers:", printers.current_size, "free:", printers.free(), "paper:", spooler.paper.free())

    printers.resize(3)
    print("pages:", await run(spooler))
    print("printers:", printers.current_size, "free:", printers.free())

    stack = Pool(min_size=2, max_size=2, order_as_stack=True, create=Printer)
    first, second = await stack.get(), await stack.get()
    stack.put(first)
    stack.put(second)
    print("last in, first out:", await stack.get() is second, await stack.get() is first)


if __name__ == "__main__":
    asyncio.run(main())
