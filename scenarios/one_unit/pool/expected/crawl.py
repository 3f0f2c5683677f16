"""Crawls two sites at the same time, and a third with little patience."""

import asyncio


from aio_green import Timeout, spawn
from fetcher import fetch_all


async def crawl(site, pages):
    found = await fetch_all([f"{site}/{page}" for page in pages])
    for url in sorted(found):
        print(site, url, found[url])
    return sum(found.values())


async def main():
    threads = [spawn(crawl, "a", "12"), spawn(crawl, "bb", ["x", "yy"])]
    print([await thread.wait() for thread in threads])
    try:
        async with Timeout(0.05):
            print(await crawl("slow", ["page" * 5]))
    except Timeout:
        print("too slow")
    print(await fetch_all(["last"]))


if __name__ == "__main__":
    asyncio.run(main())
