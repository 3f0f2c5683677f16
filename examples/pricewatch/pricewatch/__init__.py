"""Watch prices and tell who wants to know."""
