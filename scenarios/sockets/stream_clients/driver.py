"""Plays the service: each connection begins with a line that says how it is to be treated."""
import os
import socket
import struct
import subprocess
import sys
import threading
import time

listener = socket.create_server(("127.0.0.1", 0))
listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)  # a sender has to wait
closed = socket.socket()
closed.bind(("127.0.0.1", 0))  # nobody listens there
left = []


def treat(connection):
    connection.settimeout(10)
    line = b""
    while not line.endswith(b"\n"):
        line += connection.recv(1)
    what = line.split()[0]
    if what == b"ask":
        connection.sendall(b"you said " + line.split()[1])
    elif what in (b"upload", b"leave"):
        time.sleep(0.2)  # the system's buffers fill up meanwhile
        count = 0
        while True:
            data = connection.recv(65536)
            if not data:
                break
            count += len(data)
        if what == b"upload":
            connection.sendall(b"got %d bytes" % count)
        else:
            left.append(count)
    elif what == b"reset":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    elif what == b"slow":
        for byte in b"abc":
            time.sleep(0.05)
            connection.sendall(bytes([byte]))
        connection.recv(1)
    connection.close()


def serve():
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=treat, args=(connection,), daemon=True).start()


threading.Thread(target=serve, daemon=True).start()
environment = dict(
    os.environ,
    PORT=str(listener.getsockname()[1]),
    CLOSED_PORT=str(closed.getsockname()[1]),
)
program = subprocess.run(sys.argv[1:], env=environment, stdout=subprocess.PIPE, text=True, timeout=25)
print(program.stdout, end="")
print("exit code", program.returncode)
deadline = time.monotonic() + 5
while not left and time.monotonic() < deadline:
    time.sleep(0.01)
print("the one that left had sent", left)
