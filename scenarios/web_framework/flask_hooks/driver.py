"""Borrows and gives back books, as two readers; reads a streamed catalog."""
import http.client
import os
import random
import socket
import subprocess
import sys
import time


def free_port():
    # Not from the system's own range: it may give the same port to another case a moment later
    while True:
        port = random.randrange(10000, 30000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


port = free_port()


def ask(method, path, reader=None, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, body, {"Cookie": "reader=" + reader} if reader else {})
        response = connection.getresponse()
        print(method, path, reader, "->", response.status, response.getheader("Content-Type"), response.getheader("X-Reader"),
              response.getheader("Set-Cookie"), response.read())
    finally:
        connection.close()


program = subprocess.Popen(sys.argv[1:], env=dict(os.environ, PORT=str(port)), stdout=subprocess.DEVNULL)
try:
    deadline = time.monotonic() + 15
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            if program.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("the server does not answer")
            time.sleep(0.05)
    ask("GET", "/books/moby-dick")
    ask("POST", "/login", body="ann")
    ask("PUT", "/books/moby-dick", "ann")
    ask("PUT", "/books/moby-dick", "bob")
    ask("GET", "/books/moby-dick", "bob")
    ask("DELETE", "/books/moby-dick", "ann")
    ask("DELETE", "/books/unknown", "ann")
    ask("PATCH", "/books/moby-dick", "ann")
    ask("GET", "/catalog", "bob")
    ask("GET", "/requests", "bob")
finally:
    program.terminate()
    try:
        program.wait(5)
    except subprocess.TimeoutExpired:
        program.kill()
