import asyncio

from elevator import state
from elevator import cabin  # which imports this module, too
from elevator.aio_green import Event

FLOORS = 5
calls = []
arrivals = {}


async def call(floor):
    """Press the button; returns when the cabin is there."""
    if floor not in arrivals:
        arrivals[floor] = Event()
        calls.append(floor)
    return await arrivals[floor].wait()


def arrived(floor):
    arrivals.pop(floor).send("door of floor %d opens" % floor)


async def person(name, floor):
    state.note("%s calls from %d", name, floor)
    message = await call(floor)
    state.note("%s: %s", name, message)


async def open_doors():
    lift = asyncio.create_task(cabin.run())
    people = [asyncio.create_task(person(name, floor)) for name, floor in [("ida", 3), ("tom", 1), ("eva", 3)]]
    for one in people:
        await one
    state.running = False
    await lift
    # ida and eva wait for the same door, who leaves first does not matter
    for line in sorted(state.journal):
        print(line)
    print("cabin rests at", state.position)
