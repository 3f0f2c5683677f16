import asyncio

from brewery import green
from brewery.kettle import Kettle


async def main():
    bottles = green.Channel()
    kettles = [Kettle(name, bottles) for name in ("dark", "pale")]
    malt = sum([amount async for amount in green.GreenPool().starmap(Kettle.brew, zip(kettles, (20, 30)))])
    print("malt", malt)
    found = []
    while True:
        try:
            found.append(bottles.get_nowait())
        except green.Empty:
            break
    print(sorted(found))
    try:
        async with green.time_limit(0.05):
            await bottles.get()
    except green.time_limit:
        print("the cellar is empty")


if __name__ == "__main__":
    asyncio.run(main())
