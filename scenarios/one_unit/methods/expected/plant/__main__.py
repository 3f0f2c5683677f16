import asyncio

from plant.aio_green import Event, spawn_background
from plant.sensors import Sensors
from plant.valves import Valve


async def main():
    sensors = Sensors([1, 2, 6])
    loop = asyncio.create_task(sensors.run(4))
    ready = Event()
    valve = Valve("inlet", sensors)
    spawn_background(valve.control(ready))
    print("pressure", await valve.wait())
    print("ready", await ready.wait())
    await loop
    print("averages", sensors.averages)
    print("probe", await sensors.probe(5, 5))


if __name__ == "__main__":
    asyncio.run(main())
