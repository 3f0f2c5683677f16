"""The only place that knows which library makes our threads."""

from brewery.aio_green import Timeout, spawn

__all__ = ["background", "time_limit"]

time_limit = Timeout


def background(function, *args, **kwargs):
    """Runs `function` beside the caller; the result has wait()."""
    return spawn(function, *args, **kwargs)
