"""Serves the data that the program asks for; one document is labelled as plain text."""
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

asked = []


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        asked.append("%s accept=%s" % (self.path, self.headers.get("Accept")))
        body = b'{"path": "%s", "items": [1, 2, 3]}' % self.path.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain" if self.path == "/plain" else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
environment = dict(os.environ, API="http://127.0.0.1:%d" % server.server_port)
result = subprocess.run(sys.argv[1:], env=environment, stdout=subprocess.PIPE, text=True, timeout=15)
print(result.stdout, end="")
print("exit code", result.returncode)
for line in asked:
    print("asked for", line)
