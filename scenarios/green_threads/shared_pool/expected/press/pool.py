"""The pool that everything here runs on."""
import contextlib

from press.aio_green import GreenPool, getcurrent

WORKERS = GreenPool(size=4)

_names = {}


async def run(function, *args, **kwargs):
    return await WORKERS.spawn(function, *args, **kwargs)


@contextlib.contextmanager
def named(name):
    """Gives the running green thread a name."""
    current = getcurrent()
    _names[current] = name
    try:
        yield name
    finally:
        del _names[current]


def my_name():
    return _names.get(getcurrent(), "nobody")
