import asyncio

import fetch
from aio_green import GreenletExit, Timeout, spawn


async def patient(name, seconds):
    return await fetch.page(name, seconds)


async def impatient(name):
    try:
        async with Timeout(0.05):
            return await fetch.page(name, 10)
    except Timeout:
        return f"no {name} in time, open: {fetch.open_pages}"


async def main():
    print(await patient("start", 0.01))
    print(await impatient("slow"))
    try:
        await patient("lost", 0.01)
    except fetch.Gone as error:
        print("gone:", error)
    reader = spawn(patient, "endless", 10)
    await asyncio.sleep(0.02)
    print("open:", fetch.open_pages)
    await reader.kill()
    print("open:", fetch.open_pages)
    try:
        await reader.wait()
    except GreenletExit:
        print("killed")
    async with Timeout(0.02, False):
        await patient("quiet", 10)
    print("open:", fetch.open_pages)
    early = spawn(patient, "early", 10)
    await early.kill()
    print("open:", fetch.open_pages)
    others = [spawn(patient, name, 0.03) for name in ("a", "b", "c")]
    print([await other.wait() for other in others])


if __name__ == "__main__":
    asyncio.run(main())
