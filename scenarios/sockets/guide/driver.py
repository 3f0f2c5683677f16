"""Talks to the echo server over several connections at once."""
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


def connect():
    return socket.create_connection(("127.0.0.1", port), timeout=5)


def exchange(connection, data):
    connection.sendall(data)
    received = b""
    while len(received) < len(data):
        received += connection.recv(65536)
    return received


program = subprocess.Popen(sys.argv[1:], env=dict(os.environ, PORT=str(port)), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
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
    first, second = connect(), connect()
    print(exchange(first, b"one"), exchange(second, b"two"), exchange(first, b"three"))
    large = b"x" * 300000
    print("large:", exchange(second, large) == large)
    first.shutdown(socket.SHUT_WR)
    print("end of stream:", first.recv(10))
    first.close()
    rude = connect()
    exchange(rude, b"hello")
    rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    rude.close()
    print("after a reset:", exchange(second, b"still there"))
    second.close()
finally:
    program.terminate()
    try:
        errors = program.communicate(timeout=5)[1].decode()
        print("errors:", len(errors))
        print(errors, end="", file=sys.stderr)
    except subprocess.TimeoutExpired:
        program.kill()
