"""The stages of the import: read, parse, store.

Every stage takes from one queue and puts into the next; DONE is passed down when there is nothing more.
"""
import asyncio

from aio_green import LightQueue

DONE = object()


def make_queue(depth=2):
    # Bounded, so that a slow stage holds back the fast one before it
    return LightQueue(depth)


async def drain(queue):
    """Yield the items of `queue` up to DONE."""
    while True:
        item = await queue.get()
        if item is DONE:
            return
        yield item


async def read(lines, out):
    for line in lines:
        await out.put(line)
    await out.put(DONE)
    return len(lines)


async def parse(source, out, errors):
    parsed = 0
    async for line in drain(source):
        name, _, amount = line.partition("=")
        try:
            await out.put((name.strip(), int(amount)))
        except ValueError as error:
            errors.append("%r: %s" % (line, error))
        else:
            parsed += 1
    await out.put(DONE)
    return parsed


async def store(source, ledger):
    async for name, amount in drain(source):
        await asyncio.sleep(0.01)  # one round trip to the database
        ledger[name] = ledger.get(name, 0) + amount
    return len(ledger)
