import eventlet

from elevator import state
import elevator.building


def move(target):
    while state.position != target:
        eventlet.sleep(0.01)
        state.position += 1 if target > state.position else -1
    assert 0 <= state.position < elevator.building.FLOORS


def run():
    while state.running:
        if not elevator.building.calls:
            eventlet.sleep(0.01)
            continue
        floor = elevator.building.calls.pop(0)
        move(floor)
        elevator.building.arrived(floor)
    move(0)
    state.note("cabin parked")
