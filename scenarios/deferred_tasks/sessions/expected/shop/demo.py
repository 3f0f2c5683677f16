import asyncio

from shop.aio_green import spawn, spawn_after
from shop.archive import Archive
from shop.sessions import Sessions

TICK = 0.06


async def visitor(sessions, user, items, clicks):
    for click in range(clicks):
        session = sessions.touch(user)
        if click < len(items):
            session.cart.append(items[click])
        await asyncio.sleep(TICK)


async def main():
    archive = Archive()
    sessions = Sessions(lifetime=TICK * 2.5, archive=archive)
    visitors = [
        spawn(visitor, sessions, "ann", ["tea", "milk"], 6),
        spawn_after(TICK / 2, visitor, sessions, "bob", ["beer"], 1),
        spawn_after(TICK / 2, visitor, sessions, "cleo", [], 1),
        spawn_after(TICK * 100, visitor, sessions, "zoe", ["nothing"], 1),
    ]
    visitors.pop().cancel()
    await asyncio.sleep(TICK * 1.2)
    print("visitors:", len(sessions))
    for thread in visitors:
        await thread.wait()
    print("at the end:", len(sessions), archive.saved)
    sessions.touch("ann").cart.append("bread")
    print("ann takes", sessions.check_out("ann"), len(sessions))
    sessions.touch("dan").cart.append("figs")
    await asyncio.sleep(TICK * 4)
    print("archive:", archive.saved)


if __name__ == "__main__":
    asyncio.run(main())
