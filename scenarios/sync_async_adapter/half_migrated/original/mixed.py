"""Half way through its migration: the leaves are coroutines already."""
from eventlet import hubs

hubs.use_hub("asyncio")

import asyncio

import eventlet
import eventlet.debug
from eventlet.asyncio import spawn_for_awaitable


async def lookup(name):
    await asyncio.sleep(0.02)
    if name == "gopher":
        raise LookupError(name)
    return name + ".example.org"


async def lookup_all(names):
    return await asyncio.gather(*(lookup(name) for name in names))


def resolve(name):
    """What green code calls."""
    try:
        return spawn_for_awaitable(lookup(name)).wait()
    except LookupError as error:
        return "no %s" % error


def ticker(ticks):
    while True:
        ticks.append(1)
        eventlet.sleep(0.005)


def main():
    ticks = []
    ticking = eventlet.spawn(ticker, ticks)
    print(resolve("www"))
    pool = eventlet.GreenPool()
    print(list(pool.imap(resolve, ["mail", "gopher", "ftp"])))
    later = spawn_for_awaitable(lookup_all(["a", "b"]))
    eventlet.sleep(0)
    print(later.wait())
    ticking.kill()
    print("ticked:", len(ticks) > 3)


if __name__ == "__main__":
    # A failed lookup is reported by whoever waits for it
    eventlet.debug.hub_exceptions(False)
    main()
