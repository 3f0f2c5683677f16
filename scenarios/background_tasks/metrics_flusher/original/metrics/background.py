"""Fire and forget."""
import functools
import logging

import eventlet

LOG = logging.getLogger(__name__)


def background(function):
    """Decorator: calling the function starts it and returns at once."""

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        def guarded():
            try:
                function(*args, **kwargs)
            except Exception as error:
                LOG.error("%s: %s", function.__name__, error)

        eventlet.spawn_n(guarded)

    return wrapper
