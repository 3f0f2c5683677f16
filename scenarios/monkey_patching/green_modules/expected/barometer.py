"""Driver of the barometer, written long before anybody thought of green threads."""
import asyncio


class Barometer:
    settle = 0.05

    def __init__(self, readings):
        self._readings = iter(readings)

    async def read(self):
        await asyncio.sleep(self.settle)
        return next(self._readings, None)

    async def read_all(self):
        values = []
        while True:
            value = await self.read()
            if value is None:
                return values
            values.append(value)
