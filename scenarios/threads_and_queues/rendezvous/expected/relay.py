"""Hand parcels from a sorter to a courier, one at a time.

The depot has no shelf: the channel holds nothing, so the sorter waits until the courier has taken each parcel.
"""
import asyncio
import queue

from aio_green import Queue, spawn_background

LOG = []


def log(message):
    LOG.append(message)
    print(message)


async def sorter(channel, parcels):
    for parcel in parcels:
        log("offer %s" % parcel)
        await channel.put(parcel)
        log("handed over %s" % parcel)
    await channel.put(None)


async def courier(channel):
    taken = []
    while True:
        await asyncio.sleep(0.03)  # on the road
        parcel = await channel.get()
        if parcel is None:
            return taken
        taken.append(parcel)


async def main():
    channel = Queue(0)
    try:
        await channel.put("nobody is there yet", timeout=0.02)
    except queue.Full:
        log("nobody took it")
    print("empty: %s, full: %s" % (channel.empty(), channel.full()))
    at_work = asyncio.create_task(courier(channel))
    spawn_background(sorter(channel, ["red", "green", "blue"]))
    delivered = await at_work
    print("delivered", delivered)
    offers = [line for line in LOG if line.startswith("offer")]
    print("%d offers for %d deliveries" % (len(offers), len(delivered)))


if __name__ == "__main__":
    asyncio.run(main())
