import asyncio

from aio_green import GreenletExit, hub_exceptions, kill, spawn

log = []


class Locked(Exception):
    pass


async def copy(name):
    await asyncio.sleep(0.01)
    if name == "locked":
        raise Locked(name)
    if name == "missing":
        raise FileNotFoundError(2, "no such file", name)
    return name + ".bak"


async def guarded(name):
    # The await must stay inside the try
    try:
        return await copy(name)
    except Locked as error:
        log.append("skip %s" % error)
        return None
    finally:
        log.append("leave %s" % name)


async def chained(name):
    try:
        result = await copy(name)
    except OSError as error:
        raise RuntimeError("cannot copy") from error
    else:
        await asyncio.sleep(0)
        log.append("copied %s" % result)
    finally:
        await asyncio.sleep(0.005)
        log.append("cleaned up")
    return result


async def forever():
    try:
        while True:
            await asyncio.sleep(0.01)
    except GreenletExit:
        log.append("killed")
        raise
    finally:
        log.append("closed")


async def main():
    print(await guarded("a"), await guarded("locked"))
    print(await chained("b"))
    try:
        await chained("missing")
    except RuntimeError as error:
        print(error, "because of", error.__cause__.filename)

    worker = spawn(forever)
    await asyncio.sleep(0.03)
    await kill(worker)

    threads = [spawn(copy, name) for name in ("c", "locked", "d")]
    await asyncio.sleep(0.05)  # all of them have ended
    for thread in threads:
        try:
            print(await thread.wait())
        except Locked as error:
            print("could not:", error)
    print("\n".join(log))


if __name__ == "__main__":
    hub_exceptions(False)
    asyncio.run(main())
