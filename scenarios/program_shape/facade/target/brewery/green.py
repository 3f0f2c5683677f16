"""The only place that knows which library makes our threads."""
from asyncio import sleep as pause
from queue import Empty

from aio_green import Event as Signal, GreenPool, Queue as Channel, Timeout, spawn as _spawn

__all__ = ["Channel", "Empty", "GreenPool", "Signal", "background", "pause", "time_limit"]

time_limit = Timeout


def background(function, *args, **kwargs):
    """Runs `function` beside the caller; the result has wait()."""
    return _spawn(function, *args, **kwargs)
