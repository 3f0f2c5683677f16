import logging
import sys

import eventlet

from metrics import Collector, background

logging.basicConfig(stream=sys.stdout, format="%(levelname)s %(message)s")


@background
def crawl(collector, site, pages):
    for _ in range(pages):
        eventlet.sleep(0.01)
        collector.count("pages")
    collector.count(site)


def main():
    with Collector(print, period=0.1) as collector:
        crawl(collector, "example.org", pages=2)
        crawl(collector, "example.com", pages=1)
        print("started")
        eventlet.sleep(0.25)
        collector.count("poison")
        eventlet.sleep(0.15)
        collector.count("last words")


if __name__ == "__main__":
    main()
