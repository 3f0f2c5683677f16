import asyncio

from printing.aio_green import GreenPile, Pool
from printing.spooler import Printer, Spooler

JOBS = [("memo", 1), ("thesis", 6), ("poster", 2), ("ticket", 1)]


async def run(spooler):
    pile = GreenPile(8)
    for title, pages in JOBS:
        await pile.spawn(spooler.print_job, title, pages)
    return sum([item async for item in pile])


async def main():
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
    printers = Pool(max_size=1, create=Printer)
    spooler = Spooler(printers)
    asyncio.run(main())
