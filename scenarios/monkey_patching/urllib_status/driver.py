"""Serves a few pages, one of them slowly, and shows how many requests were open at the same time."""
import os
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

lock = threading.Lock()
open_now = most_open = 0


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        global open_now, most_open
        with lock:
            open_now += 1
            most_open = max(most_open, open_now)
        time.sleep(0.3 if self.path == "/slow" else 0.15)
        with lock:
            open_now -= 1
        status = 404 if self.path == "/missing" else 200
        body = b"nothing here" if status == 404 else b"page " + self.path.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
environment = dict(os.environ, BASE_URL="http://127.0.0.1:%d" % server.server_port, no_proxy="*")
result = subprocess.run(sys.argv[1:], env=environment, stdout=subprocess.PIPE, text=True, timeout=15)
print(result.stdout, end="")
print("exit code", result.returncode)
print("requests at the same time:", most_open)
