"""A car park with two places."""
import eventlet
from eventlet import Semaphore


class CarPark(object):
    def __init__(self, places):
        self.places = Semaphore(places)
        self.turned_away = 0

    def pass_by(self):
        """Parks only if there is a place right now."""
        if self.places.acquire(blocking=False):
            return True
        self.turned_away += 1
        return False

    def queue_up(self, patience):
        return self.places.acquire(timeout=patience)

    def leave(self):
        self.places.release()

    def sign(self):
        return "free: %d, waiting: %d" % (self.places.counter, max(0, -self.places.balance))


def visitor(park, stay):
    eventlet.sleep(stay)
    park.leave()


if __name__ == "__main__":
    park = CarPark(2)
    print([park.pass_by() for _ in range(3)], park.sign())
    eventlet.spawn(visitor, park, 0.05)
    print("impatient:", park.queue_up(0.01))
    patient = eventlet.spawn(park.queue_up, 1)
    eventlet.sleep(0)
    print(park.sign())
    print("patient:", patient.wait(), park.sign())
    park.leave()
    park.leave()
    print("turned away", park.turned_away, park.sign())
