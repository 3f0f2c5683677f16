"""Fire and forget."""
import functools
import logging

from metrics.aio_green import spawn_background

LOG = logging.getLogger(__name__)


def background(function):
    """Decorator: calling the function starts it and returns at once."""

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        async def guarded():
            try:
                await function(*args, **kwargs)
            except Exception as error:
                LOG.error("%s: %s", function.__name__, error)

        spawn_background(guarded())

    return wrapper
