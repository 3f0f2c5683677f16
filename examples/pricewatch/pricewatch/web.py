"""The page with the latest prices."""

import json

import eventlet
from eventlet import wsgi


def make_app(store):
    def app(environ, start_response):
        if environ["PATH_INFO"] != "/prices":
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return [b"try /prices\n"]
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(store.prices).encode()]

    return app


def serve(store, address):
    wsgi.server(eventlet.listen(address), make_app(store))
