"""Crawls two sites at the same time, and a third with little patience."""

import eventlet
import eventlet.hubs

eventlet.hubs.use_hub("asyncio")
eventlet.monkey_patch()

from aio_green import green_wait
from fetcher import fetch_all


def crawl(site, pages):
    found = green_wait(fetch_all([f"{site}/{page}" for page in pages]))
    for url in sorted(found):
        print(site, url, found[url])
    return sum(found.values())


def main():
    threads = [eventlet.spawn(crawl, "a", "12"), eventlet.spawn(crawl, "bb", ["x", "yy"])]
    print([thread.wait() for thread in threads])
    try:
        with eventlet.Timeout(0.05):
            print(crawl("slow", ["page" * 5]))
    except eventlet.Timeout:
        print("too slow")
    print(green_wait(fetch_all(["last"])))


if __name__ == "__main__":
    main()
