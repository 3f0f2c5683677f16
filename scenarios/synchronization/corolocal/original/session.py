import eventlet
from eventlet import corolocal


class Session(corolocal.local):
    """One per green thread, made when it is first used there."""

    made = 0

    def __init__(self, database):
        Session.made += 1
        self.database = database
        self.pending = []

    def add(self, row):
        self.pending.append(row)

    def commit(self):
        eventlet.sleep(0.01)
        rows, self.pending = self.pending, []
        self.database.extend(rows)
        return len(rows)


database = []
session = Session(database)


def insert(name, count):
    for number in range(count):
        session.add("%s%d" % (name, number))
        eventlet.sleep(0.005)
    return name, session.commit(), len(session.pending)


def main():
    session.add("main")
    pile = eventlet.GreenPile()
    for name, count in [("a", 3), ("b", 1), ("c", 2)]:
        pile.spawn(insert, name, count)
    for result in pile:
        print(*result)
    print("in main:", session.pending, session.commit())
    print(sorted(database))
    print("sessions:", Session.made)


if __name__ == "__main__":
    main()
