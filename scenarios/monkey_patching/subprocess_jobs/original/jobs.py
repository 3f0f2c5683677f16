from eventlet import GreenPool, monkey_patch
monkey_patch()

import subprocess
import sys
import time

COMMANDS = {
    "greet": "print('hello')",
    "sum": "import sys; print(sum(map(int, sys.stdin.read().split())))",
    "fail": "import sys; sys.stderr.write('no such table'); sys.exit(3)",
    "slow": "import time; time.sleep(0.2); print('at last')",
}


def run(name, stdin=None):
    """Return (exit code, output) of a job."""
    result = subprocess.run(
        [sys.executable, "-c", COMMANDS[name]],
        input=stdin, capture_output=True, text=True,
    )
    return result.returncode, (result.stdout or result.stderr).strip()


def pipe(name, data):
    process = subprocess.Popen([sys.executable, "-c", COMMANDS[name]],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    output, _ = process.communicate(data)
    return process.returncode, output.decode().strip()


class Clock:
    """Counts while the jobs run, which shows that nothing is blocked."""

    ticks = 0

    def run(self):
        while True:
            self.ticks += 1
            time.sleep(0.01)


def main():
    clock = Clock()
    pool = GreenPool()
    pool.spawn_n(clock.run)
    jobs = [
        ("greet", pool.spawn(run, "greet")),
        ("sum", pool.spawn(run, "sum", stdin="1 2 39")),
        ("fail", pool.spawn(run, "fail")),
        ("slow", pool.spawn(run, "slow")),
        ("pipe", pool.spawn(pipe, "sum", b"20 22")),
    ]
    for name, job in jobs:
        print(name, *job.wait())
    print("ticked meanwhile:", clock.ticks > 5)


if __name__ == "__main__":
    main()
