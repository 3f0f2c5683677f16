import eventlet
from eventlet import event

from plant.aio_green import green_wait
from plant.sensors import Sensors
from plant.valves import Valve


def main():
    sensors = Sensors([1, 2, 6])
    loop = eventlet.spawn(sensors.run, 4)
    ready = event.Event()
    valve = Valve("inlet", sensors)
    eventlet.spawn_n(valve.control, ready)
    print("pressure", valve.wait())
    print("ready", ready.wait())
    loop.wait()
    print("averages", sensors.averages)
    print("probe", green_wait(sensors.probe(5, 5)))


if __name__ == "__main__":
    main()
