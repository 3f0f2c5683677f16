"""Walks through the pages of an API, lazily."""
from eventlet import sleep

PAGES = {None: (["a", "b"], "p2"), "p2": (["c"], "p3"), "p3": (["d", "e"], None)}
requests = []


def get(cursor):
    requests.append(cursor)
    sleep(0.01)
    return PAGES[cursor]


def pages():
    cursor = None
    while True:
        items, cursor = get(cursor)
        yield items
        if cursor is None:
            return


def items():
    """All items, whatever page they are on."""
    try:
        for page in pages():
            yield from page
    finally:
        print("  (closed after %d requests)" % len(requests))


def numbered(iterable, start=1):
    for number, item in enumerate(iterable, start):
        yield "%d. %s" % (number, item)


def find(wanted):
    for item in items():
        if item == wanted:
            return item
    return None


def main():
    for line in numbered(items()):
        print(line)

    del requests[:]
    print("found", find("b"))
    print("requests for it:", requests)

    del requests[:]
    print("first page:", next(pages()))
    print("all:", list(items()))
    print("upper:", [item.upper() for item in items() if item > "b"])
    print("longest page:", max(len(page) for page in pages()))
    everything = {item: len(requests) for item in items()}
    print(everything["a"] < everything["e"])


if __name__ == "__main__":
    main()
