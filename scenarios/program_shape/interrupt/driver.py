"""Presses Ctrl-C when the service is ready."""
import signal
import subprocess
import sys
import time

signal.signal(signal.SIGINT, signal.default_int_handler)  # it may be ignored, and the program would inherit that
program = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
try:
    print(program.stdout.readline(), end="")
    time.sleep(0.2)  # for main to be waiting
    print("still running" if program.poll() is None else "ended too early")
    program.send_signal(signal.SIGINT)
    output, errors = program.communicate(timeout=10)
    sys.stderr.write(errors)
    print(output, end="")
    print("exit code", program.returncode)
    print("traceback" if "Traceback" in errors else "no traceback")
finally:
    program.kill()
