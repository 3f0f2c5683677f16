import asyncio
import os
import sys

from planet.aio_green import GreenPile
from planet.download import DownloadError, download
from planet.parse import parse


async def read_feed(url):
    """Returns the entries, or the error: one bad feed must not hide the others."""
    try:
        contents, encoding = await download(url)
    except DownloadError as error:
        return error
    return list(parse(contents, encoding))


async def main(urls):
    pile = GreenPile(4)
    for url in urls:
        await pile.spawn(read_feed, url)
    entries, errors = [], []
    async for result in pile:
        if isinstance(result, DownloadError):
            errors.append(result)
        else:
            entries += result
    for entry in sorted(entries, reverse=True):
        print(entry.date, ascii(entry.title))
    for error in errors:
        print("!", error)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(os.environ["FEEDS"].split())))
