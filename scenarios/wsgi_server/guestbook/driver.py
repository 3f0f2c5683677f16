"""Reads and writes the guest book, one request after another and several at once."""
import http.client
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


def ask(method, path, body=None, headers={}):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return response.status, response.reason, response.getheader("Content-Type"), response.getheader("Location"), response.read()
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
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    print(*ask("GET", "/"))
    print(*ask("POST", "/sign", "name=ann&text=hello+world", form))
    print(*ask("POST", "/sign", "name=&text=x", form))
    print(*ask("POST", "/sign", "name=z%C3%B6e&text=caf%C3%A9", form))
    print(*ask("GET", "/"))
    print(*ask("GET", "/sign"))
    print(*ask("GET", "/missing?page=2"))
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(ask("GET", "/slow"))) for _ in range(6)]
    begin = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(set(answers), len(answers), "at the same time:", time.monotonic() - begin < 1.0)
finally:
    program.terminate()
    try:
        program.wait(5)
    except subprocess.TimeoutExpired:
        program.kill()
