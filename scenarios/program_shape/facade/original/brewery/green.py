"""The only place that knows which library makes our threads."""
import eventlet as _eventlet
from eventlet import sleep as pause
from eventlet.event import Event as Signal
from eventlet.greenpool import GreenPool
from eventlet.queue import Empty, Queue as Channel

__all__ = ["Channel", "Empty", "GreenPool", "Signal", "background", "pause", "time_limit"]

time_limit = _eventlet.Timeout


def background(function, *args, **kwargs):
    """Runs `function` beside the caller; the result has wait()."""
    return _eventlet.spawn(function, *args, **kwargs)
