import eventlet
import greenlet
from eventlet import greenthread


class Service(object):
    """Something that runs for ever, more or less."""

    def __init__(self, name, lives=None):
        self.name = name
        self.lives = lives
        self.starts = 0
        self.log = []

    def run(self):
        self.starts += 1
        self.log.append("start")
        try:
            while True:
                eventlet.sleep(0.01)
                if self.lives is not None and self.starts <= self.lives:
                    raise RuntimeError("%s crashed" % self.name)
        except greenlet.GreenletExit:
            self.log.append("stop")
            raise
        finally:
            self.log.append("cleanup")


class Supervisor(object):
    def __init__(self, services):
        self.services = services
        self.watchers = {}
        self.running = {}

    def watch(self, service):
        while True:
            thread = self.running[service.name] = eventlet.spawn(service.run)
            try:
                thread.wait()
            except greenlet.GreenletExit:
                return "killed"
            except RuntimeError as error:
                service.log.append(str(error))

    def start(self):
        for service in self.services:
            self.watchers[service.name] = greenthread.spawn(self.watch, service)

    def stop(self, name):
        self.running[name].kill()
        return self.watchers[name].wait()


def main():
    services = [Service("web"), Service("flaky", lives=2)]
    supervisor = Supervisor(services)
    supervisor.start()
    eventlet.sleep(0.1)
    for service in services:
        print(service.name, supervisor.stop(service.name), service.starts)
        print("  " + ", ".join(service.log))

    never = eventlet.spawn(services[0].run)
    never.cancel()
    try:
        never.wait()
    except greenlet.GreenletExit:
        print("never started:", services[0].starts)


if __name__ == "__main__":
    import eventlet.debug
    eventlet.debug.hub_exceptions(False)
    main()
