import asyncio
import queue

from brewery.aio_green import GreenPool, Queue, Timeout
from brewery.kettle import Kettle


async def main():
    bottles = Queue()
    kettles = [Kettle(name, bottles) for name in ("dark", "pale")]
    malt = sum([item async for item in GreenPool().starmap(Kettle.brew, zip(kettles, (20, 30)))])
    print("malt", malt)
    found = []
    while True:
        try:
            found.append(bottles.get_nowait())
        except queue.Empty:
            break
    print(sorted(found))
    try:
        async with Timeout(0.05):
            await bottles.get()
    except Timeout:
        print("the cellar is empty")


if __name__ == "__main__":
    asyncio.run(main())
