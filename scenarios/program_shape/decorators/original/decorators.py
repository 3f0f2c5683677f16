import functools

import eventlet

calls = []


def traced(function):
    """Notes begin and end of every call."""
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        calls.append("> " + function.__name__)
        try:
            return function(*args, **kwargs)
        finally:
            calls.append("< " + function.__name__)
    return wrapper


def retry(times, pause=0.01, on=ValueError):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            for attempt in range(times):
                try:
                    return function(*args, **kwargs)
                except on:
                    if attempt == times - 1:
                        raise
                    eventlet.sleep(pause * (attempt + 1))
        return wrapper
    return decorate


class counted:
    """A decorator that is a class."""

    def __init__(self, function):
        functools.update_wrapper(self, function)
        self.function = function
        self.count = 0

    def __call__(self, *args):
        self.count += 1
        return self.function(*args)


def in_background(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return eventlet.spawn(function, *args, **kwargs)
    return wrapper
