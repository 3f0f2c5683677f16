from .base import Channel, registry
from .mail import Mail
from .memory import Memory, Discard

__all__ = ["Channel", "Mail", "Memory", "Discard", "registry"]
