import asyncio

from aio_green import GreenletExit, hub_exceptions, spawn


class Service(object):
    """Something that runs for ever, more or less."""

    def __init__(self, name, lives=None):
        self.name = name
        self.lives = lives
        self.starts = 0
        self.log = []

    async def run(self):
        self.starts += 1
        self.log.append("start")
        try:
            while True:
                await asyncio.sleep(0.01)
                if self.lives is not None and self.starts <= self.lives:
                    raise RuntimeError("%s crashed" % self.name)
        except GreenletExit:
            self.log.append("stop")
            raise
        finally:
            self.log.append("cleanup")


class Supervisor(object):
    def __init__(self, services):
        self.services = services
        self.watchers = {}
        self.running = {}

    async def watch(self, service):
        while True:
            thread = self.running[service.name] = spawn(service.run)
            try:
                await thread.wait()
            except GreenletExit:
                return "killed"
            except RuntimeError as error:
                service.log.append(str(error))

    def start(self):
        for service in self.services:
            self.watchers[service.name] = spawn(self.watch, service)

    async def stop(self, name):
        await self.running[name].kill()
        return await self.watchers[name].wait()


async def main():
    services = [Service("web"), Service("flaky", lives=2)]
    supervisor = Supervisor(services)
    supervisor.start()
    await asyncio.sleep(0.1)
    for service in services:
        print(service.name, await supervisor.stop(service.name), service.starts)
        print("  " + ", ".join(service.log))

    never = spawn(services[0].run)
    never.cancel()
    try:
        await never.wait()
    except GreenletExit:
        print("never started:", services[0].starts)


if __name__ == "__main__":
    hub_exceptions(False)
    asyncio.run(main())
