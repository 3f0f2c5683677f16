"""Talks through the forwarder to a server that answers only at the end; then that server goes away."""
import os
import signal
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

listener = socket.create_server(("127.0.0.1", 0))


def reverse():
    """Reads to the end of the stream, then answers."""
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=reverse_one, args=(connection,), daemon=True).start()


def reverse_one(connection):
    with connection, connection.makefile("rb") as stream:
        connection.sendall(b"hello\n")
        connection.sendall(stream.read()[::-1])


def talk(*pieces):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection, connection.makefile("rb") as stream:
        greeting = stream.readline()
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(0.02)
        connection.shutdown(socket.SHUT_WR)
        return greeting, stream.read()


threading.Thread(target=reverse, daemon=True).start()
environment = dict(os.environ, PORT=str(port), TARGET="127.0.0.1:%d" % listener.getsockname()[1])
signal.signal(signal.SIGINT, signal.default_int_handler)  # it may be ignored, and the program would inherit that
program = subprocess.Popen(
    sys.argv[1:], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1
)
try:
    deadline = time.monotonic() + 15
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as first:
                first.recv(100)
            break
        except OSError:
            if program.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("the server does not answer")
            time.sleep(0.05)
    print(program.stdout.readline().rstrip())
    print(*talk(b"one ", b"two"))
    print(program.stdout.readline().rstrip())
    large = os.urandom(1000) * 2000
    print("large:", talk(large)[1] == large[::-1])
    print(program.stdout.readline().rstrip())

    # Two at the same time; the second is done first
    one = socket.create_connection(("127.0.0.1", port), timeout=10)
    print(one.recv(100))
    print(*talk(b"quick"))
    print(program.stdout.readline().rstrip())
    one.shutdown(socket.SHUT_WR)
    print(one.recv(100))
    one.close()
    print(program.stdout.readline().rstrip())

    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    print(*talk(), sep=", ")
    print(program.stdout.readline().rstrip())
    program.send_signal(signal.SIGINT)
    print("exit", program.wait(5), program.stderr.read().splitlines()[-1:])
finally:
    program.kill()
    program.communicate()
