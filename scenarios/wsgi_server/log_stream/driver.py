"""Uploads lines whole and in chunks; reads them back and looks at when they come."""
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


def ask(method, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, body)
    return connection, connection.getresponse()


def put(body):
    connection, response = ask("PUT", "/", body)
    print(response.status, response.reason, response.getheader("Connection"))
    print("length:", response.getheader("Content-Length"))
    print(response.read())
    connection.close()


def chunks():
    yield b"third\n# not "
    yield b"this\nfou"
    yield b"rth"


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
    put(b"first\n#\nsecond\n")
    put(chunks())
    connection, response = ask("GET", "/")
    print(response.status, response.getheader("X-Lines"), response.getheader("Transfer-Encoding"))
    came = []
    while line := response.readline():
        came.append(time.monotonic())
        print(line)
    connection.close()
    print("as they come:", came[-1] - came[0] > 0.1)
    connection, response = ask("GET", "/open")
    print("still open:", response.read())
    connection.close()
finally:
    program.terminate()
    try:
        program.wait(5)
    except subprocess.TimeoutExpired:
        program.kill()
