"""Collects the readings of weather stations."""
from eventlet import monkey_patch

monkey_patch(os=False)

__version__ = "0.3"
