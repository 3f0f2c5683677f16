"""Serves the feeds: good, Latin-1, missing, busy at first, busy for ever, too slow."""
import http.server
import os
import subprocess
import sys
import threading
import time

asked = []


class Feeds(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        asked.append((self.path, self.headers["User-Agent"]))
        times = sum(path == self.path for path, _ in asked)
        if self.path == "/missing":
            return self.answer(404, b"")
        if self.path == "/busy" or self.path == "/starting" and times < 3:
            return self.answer(503, b"")
        if self.path == "/slow":
            time.sleep(1)
        if self.path == "/latin":
            return self.answer(200, "2024-03-01 Caf\u00e9\n".encode("latin-1"), "text/plain; charset=iso-8859-1")
        self.answer(200, "2024-02-0{0} News of {1}\n2024-01-0{0} Old {1}\n\n".format(len(self.path) % 9, self.path).encode())

    def answer(self, status, body, kind="text/plain"):
        try:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            pass  # the reader gave up

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Feeds)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
base = "http://127.0.0.1:%d" % server.server_port
names = ["/python", "/latin", "/missing", "/starting", "/slow", "/busy", "/go"]
environment = dict(os.environ, FEEDS=" ".join(base + name for name in names))
begin = time.monotonic()
done = subprocess.run(sys.argv[1:], env=environment, stdout=subprocess.PIPE, text=True, timeout=20)
print(done.stdout, end="")
print("exit", done.returncode, "in time:", time.monotonic() - begin < 5)
print({agent for _, agent in asked})
for name in names:
    print(name, sum(path == name for path, _ in asked))
