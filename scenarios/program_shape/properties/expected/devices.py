"""Devices of which the state is a property that asks them; one class adds to what the other gives."""
import abc
import asyncio


class Device(abc.ABC):
    def __init__(self, name):
        self.name = name
        self.seen = 0

    @property
    @abc.abstractmethod
    def kind(self):
        ...

    @property
    async def state(self):
        """What the device says."""
        await asyncio.sleep(0.001)
        self.seen += 1
        return {"name": self.name, "on": True}

    @property
    def title(self):
        return self.name.title()

    async def describe(self):
        return "%s %s %s" % (self.title, (await self.state)["on"], self.kind)


class Lamp(Device):
    kind = "lamp"

    @property
    async def state(self):
        return dict(await super().state, lamp=1)


class Other:
    def __init__(self):
        self.state = "plain"

    def show(self):
        return self.state


async def main():
    devices = [Lamp("x"), Lamp("y")]
    print([(await device.state)["lamp"] for device in devices])
    print(await devices[0].describe(), devices[0].seen, Other().show())
    if await devices[0].state and not (await devices[1].state).get("none"):
        print(f"{await devices[0].state!r}", len(await devices[0].state))


asyncio.run(main())
