import asyncio
import functools


class GaveUp(Exception):
    pass


def limited(seconds):
    """Decorator: the function gets at most `seconds`, then eventlet.Timeout is raised in it."""

    def decorate(function):
        @functools.wraps(function)
        async def wrapper(*args, **kwargs):
            async with asyncio.timeout(seconds):
                return await function(*args, **kwargs)

        return wrapper

    return decorate
