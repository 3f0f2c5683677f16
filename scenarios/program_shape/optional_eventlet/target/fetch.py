"""Works with or without Eventlet; without, one thing after another."""
import asyncio
import time


async def fetch(name):
    try:
        async with asyncio.timeout(0.05):
            await asyncio.sleep(0.3 if name == "slow" else 0.01)
            return "contents of " + name
    except TimeoutError:
        return name + " is slow"


async def fetch_all(names):
    tasks = [asyncio.create_task(fetch(name)) for name in names]
    return [await task for task in tasks]


async def main():
    begin = time.monotonic()
    for line in await fetch_all(["a", "slow", "b"]):
        print(line)
    print("in time:", time.monotonic() - begin < 0.28)


if __name__ == "__main__":
    asyncio.run(main())
