import asyncio

import limits
from aio_green import GreenPool

downloading = limits.Gauge()
writing = limits.Gauge()
written = []


async def download(name, size):
    async with limits.downloads:
        with downloading:
            await asyncio.sleep(size / 1000)
    await limits.catalog.acquire()
    try:
        with writing:
            await asyncio.sleep(0.005)
            written.append(name)
    finally:
        limits.catalog.release()
    return size


async def main():
    pool = GreenPool(10)
    files = [("a.iso", 40), ("b.iso", 10), ("c.iso", 20), ("d.iso", 10), ("e.iso", 30)]
    total = sum([item async for item in pool.starmap(download, files)])
    print("%d bytes in %d files" % (total, len(written)))
    print("downloads at a time:", downloading.peak)
    print("writers at a time:", writing.peak)
    print("locked:", limits.downloads.locked(), limits.catalog.locked())
    try:
        limits.catalog.release()
    except ValueError:
        print("released once too often")


if __name__ == "__main__":
    asyncio.run(main())
