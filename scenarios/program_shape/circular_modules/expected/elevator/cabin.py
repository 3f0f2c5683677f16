import asyncio

from elevator import state
import elevator.building


async def move(target):
    while state.position != target:
        await asyncio.sleep(0.01)
        state.position += 1 if target > state.position else -1
    assert 0 <= state.position < elevator.building.FLOORS


async def run():
    while state.running:
        if not elevator.building.calls:
            await asyncio.sleep(0.01)
            continue
        floor = elevator.building.calls.pop(0)
        await move(floor)
        elevator.building.arrived(floor)
    await move(0)
    state.note("cabin parked")
