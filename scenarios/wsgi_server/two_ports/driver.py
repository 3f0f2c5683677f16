"""The staff fills the shelves, the public empties them."""
import base64
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


public, staff = free_port(), free_port()


def ask(port, method, path, user=None):
    headers = {"Authorization": "Basic " + base64.b64encode(user.encode()).decode()} if user else {}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, headers=headers)
    response = connection.getresponse()
    print(method, path, response.status, response.reason, response.getheader("X-Request"),
          response.getheader("WWW-Authenticate"), response.read())
    connection.close()


ports = "%d,%d" % (public, staff)
program = subprocess.Popen(sys.argv[1:], env=dict(os.environ, PORTS=ports), stdout=subprocess.DEVNULL)
try:
    deadline = time.monotonic() + 15
    for port in (public, staff):
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if program.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit("the server does not answer")
                time.sleep(0.05)
    ask(public, "GET", "/")
    ask(staff, "POST", "/apples?2")
    ask(staff, "POST", "/apples?2", "eve:pear")
    ask(staff, "POST", "/apples?2", "eve:apple")
    ask(staff, "POST", "/pears", "eve:apple")
    ask(staff, "GET", "/pears", "eve:apple")
    for _ in range(3):
        ask(public, "POST", "/apples")
    ask(public, "GET", "/")
finally:
    program.terminate()
    try:
        program.wait(5)
    except subprocess.TimeoutExpired:
        program.kill()
