"""Listens as the host that the program connects to, and tells what it saw."""
import os
import socket
import subprocess
import sys

listener = socket.create_server(("127.0.0.1", 0))
listener.settimeout(10)
environment = dict(os.environ, PORT=str(listener.getsockname()[1]))
program = subprocess.Popen(sys.argv[1:], env=environment, stdout=subprocess.PIPE, text=True)
try:
    peer, _ = listener.accept()
    peer.settimeout(10)
    print("the program connected")
    print("it sent", peer.recv(1024))
    output, _ = program.communicate(timeout=10)
    print(output, end="")
    print("exit code", program.returncode)
finally:
    program.kill()
