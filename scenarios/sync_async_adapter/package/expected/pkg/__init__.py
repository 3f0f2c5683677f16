from .client import AsyncClient, Client, AsyncSpecial, Special

__all__ = ["AsyncClient", "Client", "AsyncSpecial", "Special"]
