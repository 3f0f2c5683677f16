import asyncio

from aio_green import GreenPile, local


class Session(local):
    """One per green thread, made when it is first used there."""

    made = 0

    def __init__(self, database):
        Session.made += 1
        self.database = database
        self.pending = []

    def add(self, row):
        self.pending.append(row)

    async def commit(self):
        await asyncio.sleep(0.01)
        rows, self.pending = self.pending, []
        self.database.extend(rows)
        return len(rows)


database = []
session = Session(database)


async def insert(name, count):
    for number in range(count):
        session.add("%s%d" % (name, number))
        await asyncio.sleep(0.005)
    return name, await session.commit(), len(session.pending)


async def main():
    session.add("main")
    pile = GreenPile()
    for name, count in [("a", 3), ("b", 1), ("c", 2)]:
        await pile.spawn(insert, name, count)
    async for result in pile:
        print(*result)
    print("in main:", session.pending, await session.commit())
    print(sorted(database))
    print("sessions:", Session.made)


if __name__ == "__main__":
    asyncio.run(main())
