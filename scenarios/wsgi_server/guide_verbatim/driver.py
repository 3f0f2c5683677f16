"""Asks for several paths by several methods, and sends more than a mebibyte."""
import http.client
import pathlib
import random
import re
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
    response = connection.getresponse()
    print(method, path, response.status, response.reason, response.getheader("Content-Type"), response.read())
    connection.close()


# The program names its port; the test takes a free one in its place just before it runs
program_file = pathlib.Path("app.py")
program_file.write_text(re.sub(r"\b8080\b", str(port), program_file.read_text()))
program = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
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
    ask("POST", "/upload", b"x" * (2 << 20))
    for method, path in (("GET", "/"), ("GET", "/other?x=1"), ("POST", "/"), ("DELETE", "/a/b"), ("HEAD", "/")):
        ask(method, path)
finally:
    program.terminate()
    try:
        program.wait(5)
    except subprocess.TimeoutExpired:
        program.kill()
