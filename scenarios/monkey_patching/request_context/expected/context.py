"""Who is being served. Every thread has its own."""

from aio_green import local

_state = local()


def set_user(name):
    _state.user = name


def user():
    return getattr(_state, "user", "nobody")


class serving:
    """with serving("ann"): ..."""

    def __init__(self, name):
        self.name = name

    def __enter__(self):
        self.before = user()
        set_user(self.name)
        return self

    def __exit__(self, *_exc):
        set_user(self.before)
