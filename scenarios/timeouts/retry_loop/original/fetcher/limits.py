import functools

import eventlet


class GaveUp(Exception):
    pass


def limited(seconds):
    """Decorator: the function gets at most `seconds`, then eventlet.Timeout is raised in it."""

    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            with eventlet.Timeout(seconds):
                return function(*args, **kwargs)

        return wrapper

    return decorate
