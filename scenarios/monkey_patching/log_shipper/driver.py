"""Plays the log collector: the first connection is dropped, the second one is served."""
import os
import socket
import subprocess
import sys
import time

listener = socket.create_server(("127.0.0.1", 0))
listener.settimeout(10)
environment = dict(os.environ, COLLECTOR="127.0.0.1:%d" % listener.getsockname()[1])
program = subprocess.Popen(sys.argv[1:], env=environment, stdout=subprocess.PIPE, text=True)
try:
    first, _ = listener.accept()
    first.settimeout(10)
    first.recv(4096)
    first.close()
    print("collector: dropped the first connection")
    second, _ = listener.accept()
    second.settimeout(10)
    time.sleep(0.1)  # the heart beats meanwhile
    lines = second.makefile("rw", newline="\n")
    for line in lines:
        print("collector: got", line.strip())
        lines.write("ack %d\n" % len(line.strip()))
        lines.flush()
    print("collector: end of stream")
    output, _ = program.communicate(timeout=10)
    print(output, end="")
    print("exit code", program.returncode)
finally:
    program.kill()
