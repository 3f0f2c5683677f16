"""A car park with two places."""
import asyncio

from aio_green import Semaphore, spawn_background


class CarPark(object):
    def __init__(self, places):
        self.places = Semaphore(places)
        self.turned_away = 0

    async def pass_by(self):
        """Parks only if there is a place right now."""
        if await self.places.acquire(blocking=False):
            return True
        self.turned_away += 1
        return False

    async def queue_up(self, patience):
        return await self.places.acquire(timeout=patience)

    def leave(self):
        self.places.release()

    def sign(self):
        return "free: %d, waiting: %d" % (self.places.counter, max(0, -self.places.balance))


async def visitor(park, stay):
    await asyncio.sleep(stay)
    park.leave()


async def main():
    print([await park.pass_by() for _ in range(3)], park.sign())
    spawn_background(visitor(park, 0.05))
    print("impatient:", await park.queue_up(0.01))
    patient = asyncio.create_task(park.queue_up(1))
    await asyncio.sleep(0)
    print(park.sign())
    print("patient:", await patient, park.sign())
    park.leave()
    park.leave()
    print("turned away", park.turned_away, park.sign())


if __name__ == "__main__":
    park = CarPark(2)
    asyncio.run(main())
