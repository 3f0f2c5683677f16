"""The billing service, and an address where nobody listens."""
import http.server
import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.parse

ACCOUNTS = {"ann": [[10, 20], [5]], "bob": [[1], [2], [3]], "cleo": [[]]}
closed = []
busy = most_busy = 0
lock = threading.Lock()


class Billing(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        global busy, most_busy
        with lock:
            busy += 1
            most_busy = max(most_busy, busy)
        time.sleep(0.1)
        with lock:
            busy -= 1
        url = urllib.parse.urlsplit(self.path)
        account = url.path.split("/")[2]
        if self.headers["Authorization"] != "Bearer s3cret":
            return self.answer(401, b"who?")
        if account not in ACCOUNTS:
            return self.answer(403, b"not yours")
        page = int(urllib.parse.parse_qs(url.query)["page"][0])
        body = {"invoices": [{"amount": amount} for amount in ACCOUNTS[account][page - 1]]}
        if page < len(ACCOUNTS[account]):
            body["next"] = page + 1
        self.answer(200, json.dumps(body).encode())

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        closed.append((self.path, self.headers["Content-Type"], json.loads(body)))
        self.answer(202, b"")

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Closed", str(len(closed)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Billing)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    nobody = probe.getsockname()[1]
environment = dict(
    os.environ, BASE="http://127.0.0.1:%d/" % server.server_port, NOBODY="http://127.0.0.1:%d" % nobody
)
done = subprocess.run(sys.argv[1:], env=environment, stdout=subprocess.PIPE, text=True, timeout=20)
print(done.stdout, end="")
print("exit", done.returncode)
print(closed)
print("at the same time:", most_busy)
