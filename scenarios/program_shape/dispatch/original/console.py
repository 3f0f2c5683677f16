"""A console whose commands are methods."""
import eventlet

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

    def do_load(self, number):
        eventlet.sleep(0.001)
        self.loaded.append(int(number))
        return "loaded"

    def do_count(self):
        return str(len(self.loaded))

    def run(self, line):
        verb, *arguments = line.split()
        command = getattr(self, "do_" + verb, None)
        if command is None:
            return "no such command: " + verb
        return command(*arguments)


class Checks:
    def check_clock(self):
        eventlet.sleep(0)
        return "clock fine"

    def check_disk(self):
        return "disk fine"

    def unrelated(self):
        raise AssertionError("never called")


def call(target, name, *arguments):
    return getattr(target, name)(*arguments).upper()


def main():
    console = Console()
    for line in SCRIPT.splitlines():
        print(console.run(line))
    checks = Checks()
    names = [name for name in dir(checks) if name.startswith("check_")]
    for name in names:
        print(call(checks, name))
    found = [eventlet.spawn(getattr(checks, name)) for name in names]
    print([green_thread.wait() for green_thread in found])


if __name__ == "__main__":
    main()
