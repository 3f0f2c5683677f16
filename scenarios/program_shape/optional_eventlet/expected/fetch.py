"""Works with or without Eventlet; without, one thing after another."""
import asyncio
import time

from aio_green import GreenPool


async def fetch(name):
    # Imported here, since most users never get here

    try:
        async with asyncio.timeout(0.05):
            await asyncio.sleep(0.3 if name == "slow" else 0.01)
            return "contents of " + name
    except TimeoutError:
        return name + " is slow"


async def fetch_all(names):
    return [item async for item in GreenPool().imap(fetch, names)]


async def main():
    for line in await fetch_all(["a", "slow", "b"]):
        print(line)
    print("in time:", time.monotonic() - begin < 0.28)


if __name__ == "__main__":
    begin = time.monotonic()
    asyncio.run(main())
