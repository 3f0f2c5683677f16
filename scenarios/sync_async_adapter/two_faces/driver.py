"""Plays a key-value server; runs the program given, then the plain script next to it."""
import os
import socketserver
import subprocess
import sys
import threading

data = {b"color": b"red", b"size": b"12"}


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            command, _, rest = line.strip().partition(b" ")
            if command == b"GET":
                value = data.get(rest)
                self.wfile.write(b"- \n" if value is None else b"+ " + value + b"\n")
            elif command == b"SET":
                key, _, value = rest.partition(b" ")
                data[key] = value
                self.wfile.write(b"+ ok\n")
            else:
                self.wfile.write(b"- unknown command\n")


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


with Server(("127.0.0.1", 0), Handler) as server:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    environment = dict(os.environ, KV_PORT=str(server.server_address[1]))
    for command in (sys.argv[1:], [sys.argv[1], "plain_script.py"]):
        result = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, timeout=15)
        print(os.path.basename(command[-1]))
        print(result.stdout, end="")
        print("exit code", result.returncode)
    print(sorted(data.items()))
    server.shutdown()
