import asyncio
import logging
import sys

from metrics import Collector, background

logging.basicConfig(stream=sys.stdout, format="%(levelname)s %(message)s")


@background
async def crawl(collector, site, pages):
    for _ in range(pages):
        await asyncio.sleep(0.01)
        collector.count("pages")
    collector.count(site)


async def main():
    async with Collector(print, period=0.1) as collector:
        crawl(collector, "example.org", pages=2)
        crawl(collector, "example.com", pages=1)
        print("started")
        await asyncio.sleep(0.25)
        collector.count("poison")
        await asyncio.sleep(0.15)
        collector.count("last words")


if __name__ == "__main__":
    asyncio.run(main())
