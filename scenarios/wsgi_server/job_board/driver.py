"""Posts jobs, asks how they are, and waits for what comes of them."""
import http.client
import json
import os
import random
import socket
import subprocess
import sys
import threading
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
    try:
        connection.request(method, path, body)
        response = connection.getresponse()
        return response.status, response.reason, json.loads(response.read())
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
    for text in ("hello", "w\u00f6rld", "third"):
        print(*ask("POST", "/jobs", text.encode()))
    states = [ask("GET", "/jobs/%d" % number)[2]["state"] for number in (1, 2, 3)]
    print(states)
    # Two wait for the same job
    answers = []
    waiting = [threading.Thread(target=lambda: answers.append(ask("GET", "/jobs/3/result"))) for _ in range(2)]
    for thread in waiting:
        thread.start()
    print(*ask("GET", "/jobs/1/result"))
    print(*ask("GET", "/jobs/2/result"))
    for thread in waiting:
        thread.join()
    print(answers)
    print(*ask("GET", "/jobs/3"))
    print(*ask("GET", "/jobs/7"))
    print(*ask("GET", "/jobs/x/result"))
finally:
    program.terminate()
    try:
        program.wait(5)
    except subprocess.TimeoutExpired:
        program.kill()
