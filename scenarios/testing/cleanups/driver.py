"""Runs the test suite twice: as it is, and with an error put into what it tests."""
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

FAULT = ("relay.py", '"closed %s" % how', '"shut %s" % how')


def run(folder):
    result = subprocess.run(sys.argv[1:], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30)
    outcomes = sorted(re.findall(r"^(\w+) \([\w.]+\)(?:\n.*)? \.\.\. (.+)$", result.stdout, re.MULTILINE))
    for name, outcome in outcomes:
        print("  %s: %s" % (name, outcome))
    for line in re.findall(r"^(Ran \d+ tests?|OK.*|FAILED.*)", result.stdout, re.MULTILINE):
        print("  " + line)
    print("  exit code", result.returncode)
    return result.stdout


print("as it is")
sys.stderr.write(run(Path.cwd()))
with tempfile.TemporaryDirectory() as folder:
    copy = Path(folder) / "copy"
    shutil.copytree(Path.cwd(), copy)
    path, right, wrong = FAULT
    text = (copy / path).read_text()
    assert text.count(right) == 1, "nowhere to put the error"
    (copy / path).write_text(text.replace(right, wrong))
    print("with an error")
    run(copy)
