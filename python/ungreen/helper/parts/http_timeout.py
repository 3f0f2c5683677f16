# /// part
# defines = ["http_timeout"]
# requires = []
# imports = ["from typing import Any"]
# ///
def http_timeout(seconds: float | None) -> Any:
    """An ``aiohttp.ClientTimeout`` as the ``timeout`` of `urllib.request.urlopen`.

    It limits the time to connect, and each wait for more of the response.
    """
    import aiohttp

    return aiohttp.ClientTimeout(sock_connect=seconds, sock_read=seconds)
