import asyncio
import socket

import uvicorn

from aio_green import Event, Queue, WSGIApp, spawn_background, spawn_n

jobs = Queue()
results = {}
hits = []
closed = Event()


async def worker():
    while True:
        number, text = await jobs.get()
        await asyncio.sleep(0.01)
        if text == "stop":
            closed.send(sorted(results.items()))
            return
        results[number] = text.upper()


async def record(path):
    hits.append(path)


class Board:
    def __init__(self, queue):
        self.queue = queue

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        spawn_background(record(path))
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


async def call(port, method, path, body=b""):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.transport.set_write_buffer_limits(0)
    try:
        head = "%s %s HTTP/1.0\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % (method, path, len(body))
        writer.write(head.encode() + body)
        await writer.drain()
        data = b""
        while True:
            try:
                chunk = await reader.read(1000)
            except ConnectionResetError:
                chunk = b""
            if not chunk:
                break
            data += chunk
    finally:
        writer.close()
    head, _, rest = data.partition(b"\r\n\r\n")
    return head.split(b"\r\n")[0].split(b" ", 1)[1].decode(), rest.decode()


async def main():
    spawn_background(worker())
    listener = socket.create_server(("127.0.0.1", 0), backlog=50, reuse_port=True)
    port = listener.getsockname()[1]
    spawn_n(uvicorn.Server(
        uvicorn.Config(
            WSGIApp(logged(Board(jobs))), backlog=50, access_log=False, log_level="warning"
        )
    ).serve, sockets=[listener])
    await asyncio.sleep(0.3)
    for text in (b"abc", b"def"):
        print(await call(port, "POST", "/jobs", text))
        await asyncio.sleep(0.05)
    print(await call(port, "GET", "/"))
    print(await call(port, "POST", "/jobs", b"stop"))
    print(await closed.wait())
    print(hits)


if __name__ == "__main__":
    asyncio.run(main())
