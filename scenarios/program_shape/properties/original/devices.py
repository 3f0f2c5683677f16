"""Devices of which the state is a property that asks them; one class adds to what the other gives."""
import abc
import eventlet


class Device(abc.ABC):
    def __init__(self, name):
        self.name = name
        self.seen = 0

    @property
    @abc.abstractmethod
    def kind(self):
        ...

    @property
    def state(self):
        """What the device says."""
        eventlet.sleep(0.001)
        self.seen += 1
        return {"name": self.name, "on": True}

    @property
    def title(self):
        return self.name.title()

    def describe(self):
        return "%s %s %s" % (self.title, self.state["on"], self.kind)


class Lamp(Device):
    kind = "lamp"

    @property
    def state(self):
        return dict(super().state, lamp=1)


class Other:
    def __init__(self):
        self.state = "plain"

    def show(self):
        return self.state


def main():
    devices = [Lamp("x"), Lamp("y")]
    print([device.state["lamp"] for device in devices])
    print(devices[0].describe(), devices[0].seen, Other().show())
    if devices[0].state and not devices[1].state.get("none"):
        print(f"{devices[0].state!r}", len(devices[0].state))


main()
