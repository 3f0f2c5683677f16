"""Starts the server, asks for and changes notes, and prints the answers."""
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


def ask(method, path, document=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        if document is None:
            connection.request(method, path)
        else:
            connection.request(method, path, json.dumps(document), {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, response.getheader("Content-Type"), response.getheader("X-Number"), response.read()
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
    print(ask("GET", "/"))
    print(ask("HEAD", "/"))
    print(ask("GET", "/weather/paris"))
    print(ask("GET", "/weather/atlantis"))
    print(ask("POST", "/notes", {"text": "buy tea"}))
    print(ask("POST", "/notes", {"title": "no text"}))
    print(ask("GET", "/notes"))
    print(ask("GET", "/notes/1?suffix=now"))
    print(ask("GET", "/notes/1"))
    print(ask("DELETE", "/notes/1"))
    print(ask("GET", "/notes"))
    # The pages of errors are the framework's own
    for method, path in (("POST", "/"), ("GET", "/missing"), ("GET", "/notes/one"), ("PUT", "/notes"), ("GET", "/notes/")):
        print(method, path, ask(method, path)[0])

    answers = []
    threads = [threading.Thread(target=lambda: answers.append(ask("GET", "/weather/oslo"))) for _ in range(8)]
    begin = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(len(answers), "at once:", set(answers))
    print("served at the same time:", time.monotonic() - begin < 8 * 0.2)
finally:
    program.terminate()
    try:
        program.wait(5)
    except subprocess.TimeoutExpired:
        program.kill()
