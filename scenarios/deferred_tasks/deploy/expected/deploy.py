#!/usr/bin/env python
"""Deploys services in the order of their dependencies."""
import asyncio
import sys

from aio_green import Event, spawn_after, spawn_background

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
                spawn_background(self.deploy(step))

    async def deploy(self, step):
        reminder = spawn_after(0.3, self.remind, step)
        try:
            addresses = [await self.steps[need].done.wait() for need in step.needs]
            await asyncio.sleep(0.1)
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

    async def wait(self, name):
        done = self.steps[name].done
        self.log(name, "ready at once" if done.ready() else "not ready yet")
        return await done.wait()


async def main():
    deployment = Deployment(
        Step("web", "api", "cache"),
        Step("api", "database"),
        Step("cache"),
        Step("database", delay=0.05),
        Step("shop", "api", "search"),
        Step("search", "database"),
    )
    deployment.start()
    print("web at", await deployment.wait("web"))
    print("cache at", await deployment.wait("cache"))
    for name in ("shop", "search"):
        try:
            await deployment.wait(name)
        except DeployError as error:
            print(name, "failed:", error)
    event = deployment.steps["api"].done
    print("value:", await event.wait(), event.ready(), event.has_result(), event.has_exception())
    try:
        event.send("again")
    except AssertionError:
        print("an event happens once")
    print("reminders:", deployment.reminders)
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
