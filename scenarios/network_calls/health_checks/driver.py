"""Services in good and bad health: HTTP, banners, silence, a closed port."""
import os
import socket
import subprocess
import sys
import threading
import time


def serve(answer):
    """A server that hands each connection to `answer`; returns its port."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=50)

    def loop():
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=answer, args=(connection,), daemon=True).start()

    threading.Thread(target=loop, daemon=True).start()
    return listener.getsockname()[1]


def http_answer(head):
    def answer(connection):
        request = b""
        while b"\r\n\r\n" not in request:
            request += connection.recv(1000)
        asked.add((request.split(b"\r\n")[0], b"Host: monitored" in request))
        time.sleep(0.2)
        connection.sendall(head + b"\r\n\r\n")
        connection.close()

    return answer


def banner(connection):
    time.sleep(0.2)
    connection.sendall(b"220 mail.example.org ready\r\n")
    connection.close()


def silence(connection):
    time.sleep(3)
    connection.close()


asked = set()
good = serve(http_answer(b"HTTP/1.1 200 OK\r\nX-Health: fine, thanks"))
bad = serve(http_answer(b"HTTP/1.1 503 Busy"))
mail, silent = serve(banner), serve(silence)
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    nobody = probe.getsockname()[1]
targets = [("http", good), ("http", bad), ("banner", mail), ("http", silent), ("banner", silent), ("http", nobody)]
targets += [("http", good)] * 30 + [("gopher", good)]
environment = dict(os.environ, TARGETS=" ".join("%s:127.0.0.1:%d" % target for target in targets))
begin = time.monotonic()
done = subprocess.run(sys.argv[1:], env=environment, stdout=subprocess.PIPE, text=True, timeout=20)
print(done.stdout, end="")
print("exit", done.returncode)
print(asked)
print("at the same time:", time.monotonic() - begin < 4)
