"""Runs the program given, then the plain script next to it."""
import os
import subprocess
import sys

for command in (sys.argv[1:], [sys.argv[1], "script.py"]):
    result = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=15)
    print(os.path.basename(command[-1]))
    print(result.stdout, end="")
    print("exit code", result.returncode)
