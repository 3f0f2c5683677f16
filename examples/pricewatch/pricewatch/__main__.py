"""Start everything: python -m pricewatch URL..."""

import sys

import eventlet

eventlet.monkey_patch()

from pricewatch import web  # noqa: E402
from pricewatch.notifier import Notifier  # noqa: E402
from pricewatch.store import Store  # noqa: E402
from pricewatch.watcher import Watcher  # noqa: E402


def warn(store):
    if not store.prices:
        print("no price yet: are the feeds up?")


def main():
    store = Store()
    watcher = Watcher(store, sys.argv[1:])
    watcher.start()
    Notifier(store, ("127.0.0.1", 7001)).start()
    eventlet.spawn_after(10, warn, store)
    print(f"watching, {store.wait_for_first()} came first")
    try:
        web.serve(store, ("127.0.0.1", 7000))
    finally:
        watcher.stop()


if __name__ == "__main__":
    main()
