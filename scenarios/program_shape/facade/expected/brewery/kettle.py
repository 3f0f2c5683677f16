import asyncio

from .green import *


class Kettle:
    def __init__(self, name, bottles):
        self.name = name
        self.bottles = bottles
        self.hot = asyncio.Event()

    async def heat(self):
        await asyncio.sleep(0.02)
        self.hot.set()

    async def brew(self, malt):
        background(self.heat)
        await self.hot.wait()
        await asyncio.sleep(malt / 1000)
        for number in range(malt // 10):
            await self.bottles.put("%s-%d" % (self.name, number))
        return malt
