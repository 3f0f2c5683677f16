import asyncio
import contextlib

slots = asyncio.Semaphore(1)
trace = []


class Connection:
    """Dials on entry, hangs up on exit."""

    def __init__(self, host):
        self.host = host
        self.open = False

    async def __aenter__(self):
        await asyncio.sleep(0.01)
        self.open = True
        trace.append("open " + self.host)
        return self

    async def __aexit__(self, kind, error, tb):
        await asyncio.sleep(0.01)
        self.open = False
        trace.append("close %s%s" % (self.host, " after " + kind.__name__ if kind else ""))
        return kind is KeyError  # an unknown service is no reason to stop

    async def run(self, command):
        assert self.open
        await asyncio.sleep(0.01)
        if command == "explode":
            raise RuntimeError("boom")
        if command == "unknown":
            raise KeyError(command)
        return "%s@%s" % (command, self.host)


@contextlib.asynccontextmanager
async def maintenance(name):
    await slots.acquire()
    trace.append("maintenance of " + name)
    try:
        yield name.upper()
    except RuntimeError as error:
        trace.append("rollback: %s" % error)
        raise
    else:
        await asyncio.sleep(0.01)
        trace.append("checked " + name)
    finally:
        slots.release()


async def deploy(name, commands):
    results = []
    async with maintenance(name) as title, Connection(name) as connection:
        for command in commands:
            results.append(await connection.run(command))
        results.append(title)
    return results


async def deploy_many(names):
    async with contextlib.AsyncExitStack() as stack:
        connections = [await stack.enter_async_context(Connection(name)) for name in names]
        return [await connection.run("restart") for connection in connections]


async def show(function, *args):
    del trace[:]
    try:
        print(await function(*args))
    except RuntimeError as error:
        print("failed:", error)
    for line in trace:
        print("  " + line)


async def main():
    await show(deploy, "web", ["pull", "start"])
    await show(deploy, "db", ["pull", "explode", "start"])
    await show(deploy, "cache", ["unknown"])
    await show(deploy_many, ["a", "b"])


if __name__ == "__main__":
    asyncio.run(main())
