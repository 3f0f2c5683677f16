# /// part
# defines = ["get_ident"]
# requires = []
# imports = ["import asyncio", "import threading"]
# replaces = { "threading.get_ident" = "get_ident", "eventlet.corolocal.get_ident" = "get_ident" }
# ///
def get_ident() -> int:
    """A number that no other living task has."""
    try:
        task = asyncio.current_task()
    except RuntimeError:
        task = None
    return threading.get_ident() if task is None else id(task)
