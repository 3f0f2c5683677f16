import contextlib

import eventlet
from eventlet.semaphore import Semaphore

slots = Semaphore(1)
trace = []


class Connection:
    """Dials on entry, hangs up on exit."""

    def __init__(self, host):
        self.host = host
        self.open = False

    def __enter__(self):
        eventlet.sleep(0.01)
        self.open = True
        trace.append("open " + self.host)
        return self

    def __exit__(self, kind, error, tb):
        eventlet.sleep(0.01)
        self.open = False
        trace.append("close %s%s" % (self.host, " after " + kind.__name__ if kind else ""))
        return kind is KeyError  # an unknown service is no reason to stop

    def run(self, command):
        assert self.open
        eventlet.sleep(0.01)
        if command == "explode":
            raise RuntimeError("boom")
        if command == "unknown":
            raise KeyError(command)
        return "%s@%s" % (command, self.host)


@contextlib.contextmanager
def maintenance(name):
    slots.acquire()
    trace.append("maintenance of " + name)
    try:
        yield name.upper()
    except RuntimeError as error:
        trace.append("rollback: %s" % error)
        raise
    else:
        eventlet.sleep(0.01)
        trace.append("checked " + name)
    finally:
        slots.release()


def deploy(name, commands):
    results = []
    with maintenance(name) as title, Connection(name) as connection:
        for command in commands:
            results.append(connection.run(command))
        results.append(title)
    return results


def deploy_many(names):
    with contextlib.ExitStack() as stack:
        connections = [stack.enter_context(Connection(name)) for name in names]
        return [connection.run("restart") for connection in connections]


def show(function, *args):
    del trace[:]
    try:
        print(function(*args))
    except RuntimeError as error:
        print("failed:", error)
    for line in trace:
        print("  " + line)


if __name__ == "__main__":
    show(deploy, "web", ["pull", "start"])
    show(deploy, "db", ["pull", "explode", "start"])
    show(deploy, "cache", ["unknown"])
    show(deploy_many, ["a", "b"])
