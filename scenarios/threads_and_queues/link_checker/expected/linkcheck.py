#!/usr/bin/env python
"""Find the dead links of the handbook.

Usage: linkcheck.py START_PAGE
"""
import asyncio
import sys

from aio_green import GreenPool
from site_map import SITE


class LinkChecker:
    """Walks the site breadth first with a handful of workers."""

    def __init__(self, site, workers=3):
        self.site = site
        self.workers = workers
        self.pool = GreenPool(workers)
        self.frontier = asyncio.Queue()
        self.seen = set()
        self.broken = []  # (page, link) pairs

    async def fetch(self, page):
        # Stands for the HTTP request: pages with long names are slower
        await asyncio.sleep(0.01 * len(page) / 4)
        return self.site.get(page)

    async def schedule(self, page, referrer):
        if page in self.seen:
            return
        self.seen.add(page)
        await self.frontier.put((page, referrer))

    async def work(self):
        while True:
            page, referrer = await self.frontier.get()
            try:
                links = await self.fetch(page)
                if links is None:
                    self.broken.append((referrer, page))
                    continue
                for link in links:
                    await self.schedule(link, page)
            finally:
                # join() below counts on this, whatever happened above
                self.frontier.task_done()

    async def run(self, start):
        for _ in range(self.workers):
            await self.pool.spawn_n(self.work)
        await self.schedule(start, None)
        await self.frontier.join()
        return sorted(self.broken)


async def main(argv):
    checker = LinkChecker(SITE)
    broken = await checker.run(argv[1])
    print("pages visited: %d" % len(checker.seen))
    for referrer, page in broken:
        print("%s -> %s is broken" % (referrer, page))
    print("workers still waiting: %d" % checker.pool.running())
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv)))
