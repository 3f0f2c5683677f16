#!/usr/bin/env python
"""Deploys services in the order of their dependencies."""
import sys

from eventlet import sleep, spawn, spawn_after
from eventlet.event import Event

FAILURES = {"search"}


class DeployError(Exception):
    pass


class Step:
    def __init__(self, name, *needs, delay=0.0):
        self.name = name
        self.needs = needs
        self.delay = delay
        self.done = Event()


class Deployment:
    def __init__(self, *steps, log=print):
        self.steps = {step.name: step for step in steps}
        self.log = log
        self.reminders = 0

    def start(self):
        """Returns at once."""
        for step in self.steps.values():
            if step.delay:
                spawn_after(step.delay, self.deploy, step)
            else:
                spawn(self.deploy, step)

    def deploy(self, step):
        reminder = spawn_after(0.3, self.remind, step)
        try:
            addresses = [self.steps[need].done.wait() for need in step.needs]
            sleep(0.1)
            if step.name in FAILURES:
                raise DeployError("%s has no disk" % step.name)
        except DeployError as error:
            step.done.send_exception(error)
        except BaseException:
            step.done.send_exception(*sys.exc_info())
            raise
        else:
            step.done.send("%s:%d" % (step.name, 8000 + len(addresses)))
        finally:
            reminder.cancel()

    def remind(self, step):
        self.reminders += 1
        self.log("waiting for", step.name)

    def wait(self, name):
        done = self.steps[name].done
        self.log(name, "ready at once" if done.ready() else "not ready yet")
        return done.wait()


def main():
    deployment = Deployment(
        Step("web", "api", "cache"),
        Step("api", "database"),
        Step("cache"),
        Step("database", delay=0.05),
        Step("shop", "api", "search"),
        Step("search", "database"),
    )
    deployment.start()
    print("web at", deployment.wait("web"))
    print("cache at", deployment.wait("cache"))
    for name in ("shop", "search"):
        try:
            deployment.wait(name)
        except DeployError as error:
            print(name, "failed:", error)
    event = deployment.steps["api"].done
    print("value:", event.wait(), event.ready(), event.has_result(), event.has_exception())
    try:
        event.send("again")
    except AssertionError:
        print("an event happens once")
    print("reminders:", deployment.reminders)
    return 0


if __name__ == "__main__":
    sys.exit(main())
