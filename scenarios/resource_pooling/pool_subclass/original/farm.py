"""A pool of build machines: booting one takes time, so they are kept."""
import eventlet
from eventlet.pools import Pool


class Machine:
    booted = 0

    def __init__(self, number):
        self.number = number
        self.builds = []

    def build(self, project, seconds):
        eventlet.sleep(seconds)
        self.builds.append(project)
        if project == "broken":
            raise RuntimeError("does not compile")
        return "%s built" % project


class MachinePool(Pool):
    def create(self):
        Machine.booted += 1
        number = Machine.booted
        eventlet.sleep(0.02)  # boot
        return Machine(number)


machines = MachinePool(max_size=2)


def build(project, seconds=0.03):
    machine = machines.get()
    try:
        return machine.build(project, seconds)
    except RuntimeError as error:
        return "%s: %s" % (project, error)
    finally:
        machines.put(machine)


def inspect():
    with machines.item() as machine:
        return len(machine.builds) > 0


def main():
    projects = ["core", "docs", "broken", "web", "cli"]
    pool = eventlet.GreenPool()
    for line in pool.imap(build, projects):
        print(line)
    print("booted", Machine.booted)
    print("free %d, waiting %d" % (machines.free(), machines.waiting()))
    print("used:", inspect())


if __name__ == "__main__":
    main()
