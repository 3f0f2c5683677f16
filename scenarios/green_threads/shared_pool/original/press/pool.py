"""The pool that everything here runs on."""
import contextlib

import eventlet

WORKERS = eventlet.GreenPool(size=4)

_names = {}


def run(function, *args, **kwargs):
    return WORKERS.spawn(function, *args, **kwargs)


@contextlib.contextmanager
def named(name):
    """Gives the running green thread a name."""
    current = eventlet.getcurrent()
    _names[current] = name
    try:
        yield name
    finally:
        del _names[current]


def my_name():
    return _names.get(eventlet.getcurrent(), "nobody")
