from .client import AsyncClient, AsyncSpecial, Client, Special

__all__ = ["AsyncClient", "Client", "AsyncSpecial", "Special"]
