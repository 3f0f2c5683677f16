# /// part
# defines = ["_close_at_end", "_http_sessions", "http_session"]
# requires = []
# imports = [
#   "import asyncio", "import weakref", "from collections.abc import AsyncGenerator", "from typing import Any",
# ]
# ///
_http_sessions: weakref.WeakKeyDictionary[
    asyncio.AbstractEventLoop, tuple[Any, AsyncGenerator[None, None]]
] = weakref.WeakKeyDictionary()


def http_session() -> Any:
    """The ``aiohttp.ClientSession`` of the running event loop, which all requests share.

    It does as `urllib.request.urlopen` does: a status of 400 or more raises an error, proxies come
    from the environment, cookies are forgotten, and neither the time of a request nor the number
    of connections has a limit. It is closed when the event loop ends.
    """
    import aiohttp

    loop = asyncio.get_running_loop()
    if loop not in _http_sessions:
        session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            cookie_jar=aiohttp.DummyCookieJar(),
            raise_for_status=True,
            timeout=aiohttp.ClientTimeout(total=None),
            trust_env=True,
        )
        closer = _close_at_end(session)
        # Up to its `yield` it does not suspend, so that one step takes it there.
        try:
            closer.__anext__().__await__().__next__()
        except StopIteration:
            pass
        _http_sessions[loop] = session, closer
    return _http_sessions[loop][0]


async def _close_at_end(session: Any) -> AsyncGenerator[None, None]:
    """Close the session when the event loop shuts down its asynchronous generators."""
    try:
        yield
    finally:
        del _http_sessions[asyncio.get_running_loop()]
        await session.close()
