import asyncio

from depot import files
from depot import settings as conf
from depot.settings import async_read_all


async def reload(name):
    await asyncio.sleep(0.01)
    await conf.settings.async_load()
    print(name, "limits", conf.settings.limits)


async def watch(ticks):
    for tick in range(4):
        await asyncio.sleep(0.005)
        ticks.append(tick)


async def main():
    print("at import", conf.settings.limits, conf.everything)
    ticks = []
    watcher = asyncio.create_task(watch(ticks))
    await reload("first")
    files.FILES["limits"] = ["5"]
    jobs = [asyncio.create_task(reload(name)) for name in ("second", "third")]
    reader = asyncio.create_task(async_read_all("names"))
    for job in jobs:
        await job
    await watcher
    print("names", await reader, "ticks", ticks)
    print("again", await conf.async_read_all("limits"))
    print(len(files.log), "files read")


if __name__ == "__main__":
    asyncio.run(main())
