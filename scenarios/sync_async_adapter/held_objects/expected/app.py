"""One store for all green threads, handed from function to function."""
import asyncio

from store import AsyncStore, Report


async def save(key):
    return await shared.put(key, key.upper())


async def private():
    """Runs in a green thread, and has a store of its own."""
    store = AsyncStore()
    await store.put("own", 1)
    return await store.get("own")


async def main():
    saving = [asyncio.create_task(save(key)) for key in "abc"]
    print([await thread for thread in saving])
    print(await Report(shared).line("b"))
    print(await private())
    try:
        await shared.get("missing")
    except KeyError as error:
        print("no", error)


async def _main():
    global shared
    shared = AsyncStore()
    if __name__ == "__main__":
        await main()


asyncio.run(_main())
