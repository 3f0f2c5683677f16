"""Hand parcels from a sorter to a courier, one at a time.

The depot has no shelf: the channel holds nothing, so the sorter waits until the courier has taken each parcel.
"""
from eventlet import spawn, sleep
from eventlet.queue import Queue, Full

LOG = []


def log(message):
    LOG.append(message)
    print(message)


def sorter(channel, parcels):
    for parcel in parcels:
        log("offer %s" % parcel)
        channel.put(parcel)
        log("handed over %s" % parcel)
    channel.put(None)


def courier(channel):
    taken = []
    while True:
        sleep(0.03)  # on the road
        parcel = channel.get()
        if parcel is None:
            return taken
        taken.append(parcel)


def main():
    channel = Queue(0)
    try:
        channel.put("nobody is there yet", timeout=0.02)
    except Full:
        log("nobody took it")
    print("empty: %s, full: %s" % (channel.empty(), channel.full()))
    at_work = spawn(courier, channel)
    spawn(sorter, channel, ["red", "green", "blue"])
    delivered = at_work.wait()
    print("delivered", delivered)
    offers = [line for line in LOG if line.startswith("offer")]
    print("%d offers for %d deliveries" % (len(offers), len(delivered)))


if __name__ == "__main__":
    main()
