"""Serves the pages, one of them slowly and one in Latin-1, and shows how many were asked for at once."""
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
        body = "caf\u00e9 at {}".format(self.path).encode("latin-1")
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
environment = dict(os.environ, BASE="http://127.0.0.1:%d" % server.server_port, no_proxy="*")
result = subprocess.run(sys.argv[1:], env=environment, stdout=subprocess.PIPE, text=True, timeout=15)
print(result.stdout, end="")
print("exit code", result.returncode)
print("requests at the same time:", most_open)
