"""Ask every sensor for its reading, but give none of them more than its share of the round."""
import asyncio

from aio_green import Timeout

SHARE = 0.1

# name -> seconds until it answers, reading
SENSORS = {
    "boiler": (0.0, 71),
    "cellar": (0.2, 9),
    "garden": (0.02, 14),
}


async def read(name):
    delay, value = SENSORS[name]
    await asyncio.sleep(delay)
    if value < 10:
        raise AssertionError("%s never answers in time" % name)
    return value


async def poll():
    readings = {}
    for name in SENSORS:
        async with Timeout(SHARE, False):
            readings[name] = await read(name)
            continue
        # Only reached when the time was up
        print("%s: no answer" % name)
    return readings


async def wait_for_quiet(log):
    """Watches the log until nothing was added for a while; gives up silently."""
    rounds = 0
    async with Timeout(0.1, False):
        while True:
            rounds += 1
            log.append(rounds)
            await asyncio.sleep(0.03)
    return rounds


async def main():
    for name, value in (await poll()).items():
        print("%s: %d" % (name, value))
    log = []
    print("rounds match the log:", await wait_for_quiet(log) == len(log))
    # The block may fail for another reason, which is not hidden
    try:
        async with Timeout(1, False):
            SENSORS["attic"]
    except KeyError as missing:
        print("no such sensor:", missing)


if __name__ == "__main__":
    asyncio.run(main())
