"""Print the state of the pages of a site, in the order in which they are listed."""

import asyncio
import os
import sys
import urllib.error
import urllib.request

from aio_green import GreenPool

BASE_URL = os.environ["BASE_URL"]
PAGES = ["/", "/slow", "/missing", "/about"]


async def check(page):
    try:
        with await asyncio.to_thread(urllib.request.urlopen, BASE_URL + page, timeout=5) as response:
            return page, response.status, len(await asyncio.to_thread(response.read))
    except urllib.error.HTTPError as error:
        return page, error.code, len(await asyncio.to_thread(error.read))


async def main():
    pool = GreenPool(10)
    bad = 0
    async for page, status, length in pool.imap(check, PAGES):
        print("%-10s %d %3d bytes" % (page, status, length))
        bad += status != 200
    return min(bad, 1)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
