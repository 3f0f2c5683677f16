import asyncio

import aiohttp

from planet import USER_AGENT


class DownloadError(Exception):
    def __init__(self, url, reason):
        super().__init__("%s: %s" % (url.rpartition("/")[2], reason))
        self.url = url


def retried(times):
    """Decorator: try again while the other side is only busy."""

    def decorate(function):
        async def wrapper(session, url):
            for attempt in range(times):
                try:
                    return await function(session, url)
                except aiohttp.ClientResponseError as error:
                    if error.status != 503:
                        raise DownloadError(url, "status %d" % error.status) from error
                    await asyncio.sleep(0.02 * (attempt + 1))
            raise DownloadError(url, "busy")

        return wrapper

    return decorate


@retried(times=3)
async def download(session, url):
    """Returns (contents, encoding)."""
    try:
        async with asyncio.timeout(0.4):
            async with session.get(url, headers={"User-Agent": USER_AGENT}) as opened:
                try:
                    return await opened.read(), opened.charset or "utf-8"
                except aiohttp.ClientConnectionError as error:
                    raise DownloadError(url, error)
    except TimeoutError:
        raise DownloadError(url, "too slow")
