"""The program never ends; shows how far it comes."""
import subprocess
import sys

program = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
try:
    output, _ = program.communicate(timeout=2)
    print(output, end="")
    print("exit code", program.returncode)
except subprocess.TimeoutExpired:
    program.kill()
    output, _ = program.communicate()
    print(output, end="")
    print("still running")
