import eventlet
from eventlet import event

from elevator import state
from elevator import cabin  # which imports this module, too

FLOORS = 5
calls = []
arrivals = {}


def call(floor):
    """Press the button; returns when the cabin is there."""
    if floor not in arrivals:
        arrivals[floor] = event.Event()
        calls.append(floor)
    return arrivals[floor].wait()


def arrived(floor):
    arrivals.pop(floor).send("door of floor %d opens" % floor)


def person(name, floor):
    state.note("%s calls from %d", name, floor)
    message = call(floor)
    state.note("%s: %s", name, message)


def open_doors():
    lift = eventlet.spawn(cabin.run)
    people = [eventlet.spawn(person, name, floor) for name, floor in [("ida", 3), ("tom", 1), ("eva", 3)]]
    for one in people:
        one.wait()
    state.running = False
    lift.wait()
    # ida and eva wait for the same door, who leaves first does not matter
    for line in sorted(state.journal):
        print(line)
    print("cabin rests at", state.position)
