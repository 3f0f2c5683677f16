# /// part
# defines = ["Token", "TokenPool"]
# requires = ["pool"]
# imports = []
# awaited = ["TokenPool.get"]
# async_with = ["TokenPool.item"]
# replaces = { "eventlet.pools.Token" = "Token", "eventlet.pools.TokenPool" = "TokenPool" }
# ///
class Token:
    """The right to do something that is limited."""


class TokenPool(Pool):
    """A `Pool` of tokens."""

    def create(self) -> Token:
        """Make a token."""
        return Token()
