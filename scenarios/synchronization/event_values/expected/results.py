"""Ask once, answer many: requests for the same thing share one lookup."""
import asyncio

from aio_green import Event, GreenPile, spawn_background


class SingleFlight:
    def __init__(self, fetch):
        self.fetch = fetch
        self.pending = {}
        self.lookups = 0

    async def _look_up(self, key, event):
        self.lookups += 1
        try:
            value = await self.fetch(key)
        except LookupError as error:
            event.send_exception(error)
        else:
            event.send(value)
        finally:
            del self.pending[key]

    async def get(self, key, timeout=None):
        event = self.pending.get(key)
        if event is None:
            event = self.pending[key] = Event()
            spawn_background(self._look_up(key, event))
        return await event.wait(timeout)


async def fetch(key):
    await asyncio.sleep(0.05)
    return {"colors": ["red", "blue"], "sizes": [1, 2]}[key]


async def ask(flight, key):
    try:
        return await flight.get(key)
    except KeyError as error:
        return "no %s" % error


async def main():
    flight = SingleFlight(fetch)
    keys = ["colors", "sizes", "colors", "shapes", "colors", "shapes"]
    pile = GreenPile()
    for key in keys:
        await pile.spawn(ask, flight, key)
    for key, answer in zip(keys, [item async for item in pile]):
        print(key, answer)
    print("lookups:", flight.lookups)
    print("impatient:", await flight.get("colors", timeout=0.01))
    print("patient:", await flight.get("colors", timeout=1))

    switch = Event()
    print(switch.ready(), switch.poll("not yet"))
    switch.send("on")
    print(switch.ready(), switch.poll(), await switch.wait())
    try:
        switch.send("on again")
    except AssertionError:
        print("an event is sent once")
    switch.reset()
    print(switch.ready())


if __name__ == "__main__":
    asyncio.run(main())
