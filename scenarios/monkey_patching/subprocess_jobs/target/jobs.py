import asyncio
import subprocess
import sys

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
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", COMMANDS[name],
                                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    output, _ = await process.communicate(data)
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
    clock_task = asyncio.create_task(clock.run())
    jobs = [
        ("greet", asyncio.create_task(run("greet"))),
        ("sum", asyncio.create_task(run("sum", stdin="1 2 39"))),
        ("fail", asyncio.create_task(run("fail"))),
        ("slow", asyncio.create_task(run("slow"))),
        ("pipe", asyncio.create_task(pipe("sum", b"20 22"))),
    ]
    for name, job in jobs:
        print(name, *await job)
    print("ticked meanwhile:", clock.ticks > 5)


if __name__ == "__main__":
    asyncio.run(main())
