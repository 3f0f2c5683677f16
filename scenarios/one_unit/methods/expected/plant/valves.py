import asyncio

from plant.aio_green import Event


class Valve:
    def __init__(self, name, sensors):
        self.name = name
        self.sensors = sensors
        self.opened = Event()

    async def control(self, ready):
        await asyncio.sleep(0.01)
        pressure = await self.sensors.probe(7, 3)
        self.opened.send(pressure)
        ready.send(self.name)

    async def wait(self):
        return await self.opened.wait()
