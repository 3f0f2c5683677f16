"""Starts the server, submits jobs and polls until they are done."""
import http.client
import json
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


def ask(method, path, document=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        if document is None:
            connection.request(method, path)
        else:
            connection.request(method, path, json.dumps(document), {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, json.loads(response.read())
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
    print(ask("POST", "/jobs", {"words": ["red", "green"]}))
    print(ask("POST", "/jobs", {"words": ["poison"]}))
    print(ask("GET", "/jobs/9"))
    for number in (1, 2):
        while True:
            status, job = ask("GET", "/jobs/%d" % number)
            if job.get("state") not in ("waiting", "running"):
                break
            time.sleep(0.03)
        print(status, job)
    print(ask("GET", "/jobs/1/wait?timeout=1"))
    print(ask("POST", "/jobs", {"words": ["slow"] * 30}))
    print(ask("GET", "/jobs/3/wait?timeout=0.05"))
finally:
    program.terminate()
    try:
        program.wait(5)
    except subprocess.TimeoutExpired:
        program.kill()
