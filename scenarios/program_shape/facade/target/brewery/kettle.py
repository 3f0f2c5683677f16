from .green import *


class Kettle:
    def __init__(self, name, bottles):
        self.name = name
        self.bottles = bottles
        self.hot = Signal()

    async def heat(self):
        await pause(0.02)
        self.hot.send()

    async def brew(self, malt):
        background(self.heat)
        await self.hot.wait()
        await pause(malt / 1000)
        for number in range(malt // 10):
            await self.bottles.put("%s-%d" % (self.name, number))
        return malt
