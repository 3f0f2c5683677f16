"""The loop that keeps the prices fresh."""

import eventlet

from pricewatch.feeds import fetch_all


class Watcher:
    def __init__(self, store, urls, interval=5.0):
        self.store = store
        self.urls = urls
        self.interval = interval
        self.thread = None

    def start(self):
        self.thread = eventlet.spawn(self.run)

    def stop(self):
        # Nothing of a round is kept half: the store changes one price at a time.
        self.thread.kill()

    def run(self):
        while True:
            self.round()
            eventlet.sleep(self.interval)

    def round(self):
        for name, price in fetch_all(self.urls):
            if price is None:
                print(f"{name}: no answer")
            elif self.store.update(name, price):
                print(f"{name}: {price}")
