import asyncio
from urllib import request
from urllib.error import HTTPError, URLError

from planet import USER_AGENT
from planet.aio_green import Timeout


class DownloadError(Exception):
    def __init__(self, url, reason):
        super().__init__("%s: %s" % (url.rpartition("/")[2], reason))
        self.url = url


def retried(times):
    """Decorator: try again while the other side is only busy."""

    def decorate(function):
        async def wrapper(url):
            for attempt in range(times):
                try:
                    return await function(url)
                except HTTPError as error:
                    if error.code != 503:
                        raise DownloadError(url, "status %d" % error.code) from error
                    await asyncio.sleep(0.02 * (attempt + 1))
            raise DownloadError(url, "busy")

        return wrapper

    return decorate


@retried(times=3)
async def download(url):
    """Returns (contents, encoding)."""
    async with Timeout(0.4, DownloadError(url, "too slow")):
        opened = await asyncio.to_thread(request.urlopen, request.Request(url, headers={"User-Agent": USER_AGENT}))
        try:
            return await asyncio.to_thread(opened.read), opened.headers.get_content_charset("utf-8")
        except URLError as error:
            raise DownloadError(url, error.reason)
        finally:
            opened.close()
