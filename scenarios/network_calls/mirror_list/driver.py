"""Serves two mirrors under one address; one of them has lost a file."""
import os
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

lock = threading.Lock()
open_now = most_open = 0
asked = []


class Handler(BaseHTTPRequestHandler):
    def answer(self, body):
        global open_now, most_open
        with lock:
            open_now += 1
            most_open = max(most_open, open_now)
            asked.append("%s %s agent=%s token=%s" % (self.command, self.path, self.headers["User-Agent"], self.headers["X-Token"]))
        time.sleep(0.1)
        with lock:
            open_now -= 1
        lost = self.path.startswith("/one") and "lost" in self.path or "gone" in self.path
        self.send_response(404 if lost else 200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Mirror", self.path.split("/")[1])
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(b"contents of " + self.path.encode())

    def do_POST(self):
        self.answer(b"thanks for " + self.rfile.read(int(self.headers["Content-Length"])))

    def log_message(self, *_args):
        pass


with socket.socket() as nobody:
    nobody.bind(("127.0.0.1", 0))  # bound, not listening: refuses connections
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    mirrors = ["http://127.0.0.1:%d" % nobody.getsockname()[1]]
    mirrors += ["http://127.0.0.1:%d/%s" % (server.server_port, name) for name in ("one", "two")]
    environment = dict(os.environ, MIRRORS=" ".join(mirrors), no_proxy="*")
    result = subprocess.run(sys.argv[1:], env=environment, stdout=subprocess.PIPE, text=True, timeout=15)
print(result.stdout, end="")
print("exit code", result.returncode)
print("requests at the same time:", most_open)
for line in sorted(asked):
    print(line)
