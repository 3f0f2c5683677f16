"""The stages of the import: read, parse, store.

Every stage takes from one queue and puts into the next; DONE is passed down when there is nothing more.
"""
from eventlet import sleep
from eventlet.queue import LightQueue

DONE = object()


def make_queue(depth=2):
    # Bounded, so that a slow stage holds back the fast one before it
    return LightQueue(depth)


def drain(queue):
    """Yield the items of `queue` up to DONE."""
    while True:
        item = queue.get()
        if item is DONE:
            return
        yield item


def read(lines, out):
    for line in lines:
        out.put(line)
    out.put(DONE)
    return len(lines)


def parse(source, out, errors):
    parsed = 0
    for line in drain(source):
        name, _, amount = line.partition("=")
        try:
            out.put((name.strip(), int(amount)))
        except ValueError as error:
            errors.append("%r: %s" % (line, error))
        else:
            parsed += 1
    out.put(DONE)
    return parsed


def store(source, ledger):
    for name, amount in drain(source):
        sleep(0.01)  # one round trip to the database
        ledger[name] = ledger.get(name, 0) + amount
    return len(ledger)
