#!/usr/bin/env python
"""Takes log lines in and hands them out again, slowly, as they come."""
import os
import sys

import time

import a2wsgi
import uvicorn


class Tail(object):
    """The body of an answer: a line at a time, and it knows when it was closed."""

    open_tails = 0

    def __init__(self, lines, pause):
        self.lines = iter(lines)
        self.pause = pause
        Tail.open_tails += 1

    def __iter__(self):
        return self

    def __next__(self):
        line = next(self.lines)
        time.sleep(self.pause)
        return line

    def close(self):
        Tail.open_tails -= 1


class LogServer(object):
    def __init__(self):
        self.lines = []

    def __call__(self, environ, start_response):
        method = environ['REQUEST_METHOD']
        if method == 'PUT':
            status, body = '201 Created', self.store(environ['wsgi.input'])
        elif environ['PATH_INFO'] == '/open':
            status, body = '200 OK', [b'%d' % Tail.open_tails]
        else:
            status, body = '200 OK', Tail(self.lines, pause=0.05)
        start_response(status, [('Content-Type', 'text/plain'), ('X-Lines', str(len(self.lines)))])
        return body

    def store(self, upload):
        stored = 0
        while True:
            line = upload.readline()
            if not line:
                break
            if not line.startswith(b'#'):  # a comment
                self.lines.append(line)
                stored += 1
        return [b'stored %d\n' % stored]


def serve(port):
    # Lines must not wait for one another
    uvicorn.run(
        a2wsgi.WSGIMiddleware(LogServer(), workers=100),
        host='127.0.0.1',
        port=port,
        backlog=50,
        headers=[("Connection", "close")],
    )


if __name__ == '__main__':
    serve(int(sys.argv[1]) if len(sys.argv) > 1 else int(os.environ['PORT']))
