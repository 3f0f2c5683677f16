#!/usr/bin/env python
# -*- coding: utf-8 -*-
"""Thumbnails of pictures, made once and kept."""

from __future__ import annotations

import eventlet; eventlet.hubs.use_hub("asyncio")
eventlet.monkey_patch()  # noqa: E702 (before everything else)

import json
import os
import threading
import time

import eventlet.hubs
from eventlet import wsgi


class Cache:
    """Makes each picture once, however many ask for it at the same time."""

    def __init__(self):
        self._lock = threading.Lock()
        self._made: dict[str, dict] = {}
        self.misses = 0

    def get(self, name):
        with self._lock:
            if name not in self._made:
                self.misses += 1
                time.sleep(0.1)
                self._made[name] = {"name": name, "size": [len(name) * 8, 64]}
            return self._made[name]


cache = Cache()


def application(environ, start_response):
    path = environ["PATH_INFO"].strip("/")
    if path == "stats":
        body = {"misses": cache.misses}
    elif path:
        body = cache.get(path)
    else:
        start_response("404 Not Found", [("Content-Type", "application/json")])
        return [b"{}"]
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(body, sort_keys=True).encode()]


def main():
    listener = eventlet.listen(("127.0.0.1", int(os.environ["PORT"])))
    try:
        wsgi.server(listener, application, log_output=False)
    finally:
        listener.close()


if __name__ == "__main__":
    main()
