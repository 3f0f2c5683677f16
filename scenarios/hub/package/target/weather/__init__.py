"""Collects the readings of weather stations."""
from eventlet import monkey_patch
from eventlet import hubs

hubs.use_hub("asyncio")
monkey_patch(os=False)

__version__ = "0.3"
