import asyncio


class Sensors:
    """Reads what the probes say, and averages it."""

    def __init__(self, probes):
        self.probes = probes
        self.readings = asyncio.Queue(2)
        self.averages = []

    async def _run(self, rounds):
        reader = asyncio.create_task(self._read(rounds))
        while True:
            reading = await self.readings.get()
            if reading is None:
                break
            self.averages.append(sum(reading) / len(reading))
        await reader

    async def run(self, rounds):
        return await self._run(rounds)

    async def _read(self, rounds):
        for number in range(rounds):
            await self.readings.put([await self.probe(probe, number) for probe in self.probes])
        await self.readings.put(None)

    async def probe(self, probe, number):
        await asyncio.sleep(0.005)
        return probe * number
