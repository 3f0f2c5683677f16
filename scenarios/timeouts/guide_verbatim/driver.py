"""The program only defines a function: calls it, whichever kind it is."""
import subprocess
import sys
import time

CALL = """
import asyncio, inspect, app
result = app.with_timeout()
if inspect.iscoroutine(result):
    asyncio.run(result)
"""

done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, text=True, timeout=20)
print("the program itself:", done.returncode, done.stdout)
begin = time.monotonic()
done = subprocess.run([sys.argv[1], "-c", CALL], stdout=subprocess.PIPE, text=True, timeout=20)
seconds = time.monotonic() - begin
print("called:", done.returncode, done.stdout, end="")
print("after five seconds and not ten:", 5 <= seconds < 10)
