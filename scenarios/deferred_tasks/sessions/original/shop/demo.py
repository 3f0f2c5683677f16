import eventlet

from shop.archive import Archive
from shop.sessions import Sessions

TICK = 0.06


def visitor(sessions, user, items, clicks):
    for click in range(clicks):
        session = sessions.touch(user)
        if click < len(items):
            session.cart.append(items[click])
        eventlet.sleep(TICK)


def main():
    archive = Archive()
    sessions = Sessions(lifetime=TICK * 2.5, archive=archive)
    visitors = [
        eventlet.spawn(visitor, sessions, "ann", ["tea", "milk"], 6),
        eventlet.spawn_after(TICK / 2, visitor, sessions, "bob", ["beer"], 1),
        eventlet.spawn_after(TICK / 2, visitor, sessions, "cleo", [], 1),
        eventlet.spawn_after(TICK * 100, visitor, sessions, "zoe", ["nothing"], 1),
    ]
    visitors.pop().cancel()
    eventlet.sleep(TICK * 1.2)
    print("visitors:", len(sessions))
    for thread in visitors:
        thread.wait()
    print("at the end:", len(sessions), archive.saved)
    sessions.touch("ann").cart.append("bread")
    print("ann takes", sessions.check_out("ann"), len(sessions))
    sessions.touch("dan").cart.append("figs")
    eventlet.sleep(TICK * 4)
    print("archive:", archive.saved)


if __name__ == "__main__":
    main()
