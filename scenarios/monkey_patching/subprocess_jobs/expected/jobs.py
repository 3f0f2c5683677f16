import asyncio
import subprocess
import sys

from aio_green import GreenPool

COMMANDS = {
    "greet": "print('hello')",
    "sum": "import sys; print(sum(map(int, sys.stdin.read().split())))",
    "fail": "import sys; sys.stderr.write('no such table'); sys.exit(3)",
    "slow": "import time; time.sleep(0.2); print('at last')",
}


async def run(name, stdin=None):
    """Return (exit code, output) of a job."""
    result = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", COMMANDS[name]],
        input=stdin, capture_output=True, text=True,
    )
    return result.returncode, (result.stdout or result.stderr).strip()


async def pipe(name, data):
    process = subprocess.Popen([sys.executable, "-c", COMMANDS[name]],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    output, _ = await asyncio.to_thread(process.communicate, data)
    return process.returncode, output.decode().strip()


class Clock:
    """Counts while the jobs run, which shows that nothing is blocked."""

    ticks = 0

    async def run(self):
        while True:
            self.ticks += 1
            await asyncio.sleep(0.01)


async def main():
    clock = Clock()
    pool = GreenPool()
    await pool.spawn_n(clock.run)
    jobs = [
        ("greet", await pool.spawn(run, "greet")),
        ("sum", await pool.spawn(run, "sum", stdin="1 2 39")),
        ("fail", await pool.spawn(run, "fail")),
        ("slow", await pool.spawn(run, "slow")),
        ("pipe", await pool.spawn(pipe, "sum", b"20 22")),
    ]
    for name, job in jobs:
        print(name, *await job.wait())
    print("ticked meanwhile:", clock.ticks > 5)


if __name__ == "__main__":
    asyncio.run(main())
