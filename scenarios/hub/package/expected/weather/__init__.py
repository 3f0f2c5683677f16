"""Collects the readings of weather stations."""
import eventlet.hubs
from eventlet import monkey_patch

eventlet.hubs.use_hub("asyncio")
monkey_patch(os=False)

__version__ = "0.3"
