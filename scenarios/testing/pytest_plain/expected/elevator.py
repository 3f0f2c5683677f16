import asyncio


class Elevator:
    def __init__(self, floors=10):
        self.floors = floors
        self.floor = 0

    async def test_run(self):
        """The inspector's test run: up and down again."""
        await self.go(self.floors - 1)
        await self.go(0)
        return self.floor == 0

    async def go(self, target):
        if not 0 <= target < self.floors:
            raise ValueError("no floor %d" % target)
        step = 1 if target > self.floor else -1
        for _ in range(abs(target - self.floor)):
            await asyncio.sleep(0.001)
            self.floor += step
        return self.floor
