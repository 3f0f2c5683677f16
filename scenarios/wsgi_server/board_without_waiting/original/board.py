import eventlet
eventlet.monkey_patch()

import socket

from eventlet import wsgi
from eventlet.event import Event

jobs = eventlet.Queue()
results = {}
hits = []
closed = Event()


def worker():
    while True:
        number, text = jobs.get()
        eventlet.sleep(0.01)
        if text == "stop":
            closed.send(sorted(results.items()))
            return
        results[number] = text.upper()


def record(path):
    hits.append(path)


class Board:
    def __init__(self, queue):
        self.queue = queue

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        eventlet.spawn_n(record, path)
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if environ["REQUEST_METHOD"] == "POST":
            body = environ["wsgi.input"].read(length).decode()
            self.queue.put_nowait((len(hits), body))
            start_response("202 Accepted", [("Content-Type", "text/plain")])
            return [b"queued ", str(self.queue.qsize()).encode()]
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [",".join(results[key] for key in sorted(results)).encode()]


def logged(application):
    def handle(environ, start_response):
        environ["board.seen"] = len(hits)
        return application(environ, start_response)
    return handle


def call(port, method, path, body=b""):
    s = socket.create_connection(("127.0.0.1", port))
    head = "%s %s HTTP/1.0\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % (method, path, len(body))
    s.sendall(head.encode() + body)
    data = b""
    while True:
        chunk = s.recv(1000)
        if not chunk:
            break
        data += chunk
    s.close()
    head, _, rest = data.partition(b"\r\n\r\n")
    return head.split(b"\r\n")[0].split(b" ", 1)[1].decode(), rest.decode()


def main():
    eventlet.spawn_n(worker)
    listener = eventlet.listen(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    eventlet.spawn_n(wsgi.server, listener, logged(Board(jobs)), log_output=False)
    eventlet.sleep(0.3)
    for text in (b"abc", b"def"):
        print(call(port, "POST", "/jobs", text))
        eventlet.sleep(0.05)
    print(call(port, "GET", "/"))
    print(call(port, "POST", "/jobs", b"stop"))
    print(closed.wait())
    print(hits)


if __name__ == "__main__":
    main()
