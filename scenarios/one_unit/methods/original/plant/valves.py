import eventlet
from eventlet import event


class Valve:
    def __init__(self, name, sensors):
        self.name = name
        self.sensors = sensors
        self.opened = event.Event()

    def control(self, ready):
        eventlet.sleep(0.01)
        pressure = self.sensors.probe(7, 3)
        self.opened.send(pressure)
        ready.send(self.name)

    def wait(self):
        return self.opened.wait()
