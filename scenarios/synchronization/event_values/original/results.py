"""Ask once, answer many: requests for the same thing share one lookup."""
import eventlet
from eventlet.event import Event


class SingleFlight:
    def __init__(self, fetch):
        self.fetch = fetch
        self.pending = {}
        self.lookups = 0

    def _look_up(self, key, event):
        self.lookups += 1
        try:
            value = self.fetch(key)
        except LookupError as error:
            event.send_exception(error)
        else:
            event.send(value)
        finally:
            del self.pending[key]

    def get(self, key, timeout=None):
        event = self.pending.get(key)
        if event is None:
            event = self.pending[key] = Event()
            eventlet.spawn_n(self._look_up, key, event)
        return event.wait(timeout)


def fetch(key):
    eventlet.sleep(0.05)
    return {"colors": ["red", "blue"], "sizes": [1, 2]}[key]


def ask(flight, key):
    try:
        return flight.get(key)
    except KeyError as error:
        return "no %s" % error


def main():
    flight = SingleFlight(fetch)
    keys = ["colors", "sizes", "colors", "shapes", "colors", "shapes"]
    pile = eventlet.GreenPile()
    for key in keys:
        pile.spawn(ask, flight, key)
    for key, answer in zip(keys, pile):
        print(key, answer)
    print("lookups:", flight.lookups)
    print("impatient:", flight.get("colors", timeout=0.01))
    print("patient:", flight.get("colors", timeout=1))

    switch = Event()
    print(switch.ready(), switch.poll("not yet"))
    switch.send("on")
    print(switch.ready(), switch.poll(), switch.wait())
    try:
        switch.send("on again")
    except AssertionError:
        print("an event is sent once")
    switch.reset()
    print(switch.ready())


if __name__ == "__main__":
    main()
