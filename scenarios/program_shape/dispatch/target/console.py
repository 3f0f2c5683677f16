"""A console whose commands are methods."""
import asyncio

SCRIPT = """\
load 3
count
nothing
load 4
count
"""


class Console:
    def __init__(self):
        self.loaded = []

    async def do_load(self, number):
        await asyncio.sleep(0.001)
        self.loaded.append(int(number))
        return "loaded"

    async def do_count(self):
        return str(len(self.loaded))

    async def run(self, line):
        verb, *arguments = line.split()
        command = getattr(self, "do_" + verb, None)
        if command is None:
            return "no such command: " + verb
        return await command(*arguments)


class Checks:
    async def check_clock(self):
        await asyncio.sleep(0)
        return "clock fine"

    async def check_disk(self):
        return "disk fine"

    def unrelated(self):
        raise AssertionError("never called")


async def call(target, name, *arguments):
    return (await getattr(target, name)(*arguments)).upper()


async def main():
    console = Console()
    for line in SCRIPT.splitlines():
        print(await console.run(line))
    checks = Checks()
    names = [name for name in dir(checks) if name.startswith("check_")]
    for name in names:
        print(await call(checks, name))
    print(await asyncio.gather(*(getattr(checks, name)() for name in names)))


if __name__ == "__main__":
    asyncio.run(main())
