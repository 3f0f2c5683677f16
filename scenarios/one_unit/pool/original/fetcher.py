"""Fetches pages, some at a time."""

import eventlet
from eventlet.queue import Queue


def fetch(url, results):
    eventlet.sleep(0.01 * len(url))
    results.put((url, len(url)))


def fetch_all(urls):
    results = Queue()
    pool = eventlet.GreenPool(2)
    for url in urls:
        pool.spawn_n(fetch, url, results)
    pool.waitall()
    found = {}
    while not results.empty():
        url, size = results.get()
        found[url] = size
    return found
