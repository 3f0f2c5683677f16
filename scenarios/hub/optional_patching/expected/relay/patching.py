"""Decides whether this process runs on green threads."""
import os

_OFF = ("1", "true", "yes")


def _monkey_patch():
    import eventlet
    from eventlet import hubs

    # epoll gave us trouble on old kernels
    hubs.use_hub("selects")

    flags = {"os": False}
    if os.environ.get("RELAY_DEBUGGER"):
        flags["thread"] = False  # the debugger needs real threads
    eventlet.monkey_patch(**flags)


def patch():
    if os.environ.get("RELAY_DISABLE_PATCHING", "").lower() not in _OFF:
        _monkey_patch()
