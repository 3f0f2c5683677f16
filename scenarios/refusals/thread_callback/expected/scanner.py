"""The driver of the scanner has a thread of its own and tells from there when a page is done."""
import asyncio

import eventlet
from eventlet import patcher

from aio_green import run

threading = patcher.original("threading")


class Driver:
    def scan(self, pages, on_page):
        thread = threading.Thread(target=self._work, args=(pages, on_page))
        thread.start()
        return thread

    def _work(self, pages, on_page):
        for page in pages:
            on_page(page)


class Scanner:
    def __init__(self):
        self.pages = []

    def store(self, page):
        eventlet.sleep(0)  # runs in the driver's thread, on a hub of its own
        self.pages.append(page.upper())

    async def scan(self, pages):
        thread = Driver().scan(pages, self.store)
        await asyncio.to_thread(thread.join)
        return self.pages


async def main():
    print(await asyncio.create_task(Scanner().scan(["a", "b"])))


if __name__ == "__main__":
    run(main())
