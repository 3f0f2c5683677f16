import asyncio
import functools

calls = []


def traced(function):
    """Notes begin and end of every call."""
    @functools.wraps(function)
    async def wrapper(*args, **kwargs):
        calls.append("> " + function.__name__)
        try:
            return await function(*args, **kwargs)
        finally:
            calls.append("< " + function.__name__)
    return wrapper


def retry(times, pause=0.01, on=ValueError):
    def decorate(function):
        @functools.wraps(function)
        async def wrapper(*args, **kwargs):
            for attempt in range(times):
                try:
                    return await function(*args, **kwargs)
                except on:
                    if attempt == times - 1:
                        raise
                    await asyncio.sleep(pause * (attempt + 1))
        return wrapper
    return decorate


class counted:
    """A decorator that is a class."""

    def __init__(self, function):
        functools.update_wrapper(self, function)
        self.function = function
        self.count = 0

    async def __call__(self, *args):
        self.count += 1
        return await self.function(*args)


def in_background(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return asyncio.create_task(function(*args, **kwargs))
    return wrapper
