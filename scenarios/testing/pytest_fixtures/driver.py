"""Runs the test suite twice: as it is, and with an error put into what it tests."""
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

FAULT = ("broker.py", "self.delivered += 1", "self.delivered -= 1")


def run(folder):
    result = subprocess.run(sys.argv[1:], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30)
    outcomes = sorted(set(re.findall(r"^(tests/\S+) (PASSED|FAILED|ERROR|SKIPPED|XFAIL)", result.stdout, re.MULTILINE)))
    for name, outcome in outcomes:
        print("  %s: %s" % (name, outcome))
    counts = dict((word, int(count)) for count, word in re.findall(r"(\d+) (passed|failed|errors?)", result.stdout.splitlines()[-1]))
    print("  %s, exit code %d" % (counts, result.returncode))
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
