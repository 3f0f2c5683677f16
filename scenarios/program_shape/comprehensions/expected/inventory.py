import asyncio

PRICES = {"tea": 4, "pot": 19, "cup": 3}
STOCK = {"tea": 10, "pot": 0, "cup": 5}


async def price(item):
    await asyncio.sleep(0.005)
    return PRICES[item]


async def in_stock(item):
    await asyncio.sleep(0.005)
    return STOCK[item] > 0


class Basket:
    def __init__(self):
        self.items = []

    async def add(self, item):
        if await in_stock(item):
            self.items.append(item)
        return self

    async def total(self, discount=lambda amount: amount):
        return discount(sum([await price(item) for item in self.items]))


async def names():
    await asyncio.sleep(0)
    return sorted(PRICES)


async def main():
    # every place where an expression may stand
    print([await price(item) for item in await names()])
    print({item: await price(item) for item in await names() if await in_stock(item)})
    print({await in_stock(item) for item in PRICES if not await in_stock(item)})
    print(f"tea costs {await price('tea')}, {'yes' if await in_stock('pot') else 'no'} pot")
    print(await price("tea") + await price("pot") * 2, -await price("cup"), not await in_stock("cup"))
    print(max(await price("tea"), await price("pot")), "pot" in await names(), (await names())[0].upper())
    print(await (await (await (await Basket().add("tea")).add("pot")).add("cup")).total())
    print(await (await Basket().add("tea")).total(discount=lambda amount: amount // 2))

    cheapest = min(await names(), key=lambda item: PRICES[item])
    assert await price(cheapest) == 3, "got %d" % await price(cheapest)
    while not await in_stock("pot"):
        STOCK["pot"] += await price("cup")
    if (count := STOCK["pot"]) and await in_stock("pot"):
        print("pots:", count)
    first, *others = [await price(item) for item in await names()]
    print(first, others, *await names(), sep="|")
    print(any([await price(item) > 10 for item in await names()]), all([await in_stock(item) for item in await names()]))

    async def describe(item):
        return "%s for %d" % (item, await price(item))

    print(await describe("cup"))
    print([(a, b) for a in await names() for b in await names() if await price(a) < await price(b)])


if __name__ == "__main__":
    asyncio.run(main())
