"""Stores and reads values, misbehaves, falls asleep, and shuts the server down."""
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


def talk(*pieces, lines, pause=0.0):
    """Sends the pieces and returns that many lines, or as many as there are."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection, connection.makefile("rb") as stream:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause)
        received = []
        while len(received) < lines and (line := stream.readline()):
            received.append(line.rstrip(b"\r\n"))
        return received


program = subprocess.Popen(sys.argv[1:], env=dict(os.environ, PORT=str(port)), stdout=subprocess.PIPE, text=True)
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
    print(talk(b"SET a 5\r\nhello\r\nGET a\r\nGET b\r\n", lines=4))
    print(talk(b"SE", b"T a 3", b"\r", b"\n\r\n", b"!\r\nget", b" a\r\n", lines=4, pause=0.02))
    print(talk(b"SET a 2\r\nlong\r\n", lines=2))
    print(talk(b"DROP TABLE a\r\n", lines=2))
    print("idle:", talk(b"GET a", lines=2))
    # One that is slow does not hold up the others
    with socket.create_connection(("127.0.0.1", port), timeout=10) as slow:
        slow.sendall(b"SET b 3\r\n1")
        print(talk(b"SET c 1\r\nx\r\n", lines=1))
        slow.sendall(b"23\r\n")
        print(slow.recv(100))
        rude = socket.create_connection(("127.0.0.1", port), timeout=10)
        rude.sendall(b"GET a\r\n")
        rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        rude.close()
        print(talk(b"shutdown\r\n", lines=1))
        slow.sendall(b"GET b\r\n")
        with slow.makefile("rb") as stream:
            print(stream.readline(), stream.readline())
    print(program.communicate(timeout=5)[0].rstrip(), program.returncode)
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1)
    except ConnectionRefusedError:
        print("gone")
finally:
    program.kill()
    program.communicate()
