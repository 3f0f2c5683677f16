"""The program only defines a function: calls it, whichever kind it is, with a local address in place of the one it names."""
import pathlib
import re
import socket
import subprocess
import sys
import time

CALL = """
import asyncio, inspect, app
result = app.blocking_operation()
if inspect.iscoroutine(result):
    asyncio.run(result)
"""

listener = socket.create_server(("127.0.0.1", 0))
listener.settimeout(10)
program_file = pathlib.Path("app.py")
text = program_file.read_text().replace("example.com", "127.0.0.1")
program_file.write_text(re.sub(r"\b80\b", str(listener.getsockname()[1]), text))
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, text=True, timeout=20)
print("the program itself:", done.returncode, done.stdout)

caller = subprocess.Popen([sys.argv[1], "-c", CALL])
try:
    connection, _ = listener.accept()
    begin = time.monotonic()
    connection.settimeout(10)
    print("connected, received", connection.recv(100))
    print("closed after a second:", time.monotonic() - begin > 0.9)
    print("called:", caller.wait(10))
finally:
    caller.kill()
