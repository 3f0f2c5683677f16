import asyncio

from aio_green import GreenPool, Timeout


class Flagfall(Timeout):
    """The player's clock ran out."""

    def __init__(self, player, seconds):
        self.player = player
        super().__init__(seconds)


class Resigned(Exception):
    pass


async def think(player, seconds):
    await asyncio.sleep(seconds)
    if player == "resigner":
        raise Resigned(player)
    if player == "dreamer":
        raise Timeout()  # never started: only borrowed as an exception
    return "%s moves" % player


async def play(player, seconds, limit=0.2):
    try:
        async with Flagfall(player, limit) as clock:
            return await think(player, seconds)
    except Flagfall as fall:
        return "%s lost on time" % fall.player
    except (Resigned, Timeout) as end:
        return "%s: %s" % (player, type(end).__name__)
    finally:
        clock.cancel()


async def tournament(players, limit):
    results = {}

    async def game(player, seconds):
        results[player] = await play(player, seconds)

    pool = GreenPool()
    for player, seconds in players:
        await pool.spawn_n(game, player, seconds)
    async with Timeout(limit, False):
        await pool.waitall()
        return results, "complete"
    return results, "%d still playing" % pool.running()


async def main():
    players = [("fast", 0.01), ("slow", 0.5), ("resigner", 0.01), ("dreamer", 0.02)]
    for limit in (5, 0.12):
        results, end = await tournament(players, limit)
        for player in sorted(results):
            print(player, "-", results[player])
        print(end)


if __name__ == "__main__":
    asyncio.run(main())
