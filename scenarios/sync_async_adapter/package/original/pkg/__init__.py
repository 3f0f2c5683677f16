from .client import Client, Special

__all__ = ["Client", "Special"]
