"""A pool of build machines: booting one takes time, so they are kept."""
import asyncio

from aio_green import GreenPool, Pool


class Machine:
    booted = 0

    def __init__(self, number):
        self.number = number
        self.builds = []

    async def build(self, project, seconds):
        await asyncio.sleep(seconds)
        self.builds.append(project)
        if project == "broken":
            raise RuntimeError("does not compile")
        return "%s built" % project


class MachinePool(Pool):
    async def create(self):
        Machine.booted += 1
        number = Machine.booted
        await asyncio.sleep(0.02)  # boot
        return Machine(number)


machines = MachinePool(max_size=2)


async def build(project, seconds=0.03):
    machine = await machines.get()
    try:
        return await machine.build(project, seconds)
    except RuntimeError as error:
        return "%s: %s" % (project, error)
    finally:
        machines.put(machine)


async def inspect():
    async with machines.item() as machine:
        return len(machine.builds) > 0


async def main():
    projects = ["core", "docs", "broken", "web", "cli"]
    pool = GreenPool()
    async for line in pool.imap(build, projects):
        print(line)
    print("booted", Machine.booted)
    print("free %d, waiting %d" % (machines.free(), machines.waiting()))
    print("used:", await inspect())


if __name__ == "__main__":
    asyncio.run(main())
