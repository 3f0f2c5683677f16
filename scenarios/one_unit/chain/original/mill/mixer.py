"""Takes what a mixture needs, one mixture at a time."""

from eventlet.semaphore import Semaphore

from mill import store

MACHINE = Semaphore(1)


class Empty(Exception):
    pass


def mix(parts):
    with MACHINE:
        flour = store.load("flour")
        if flour < parts:
            raise Empty(f"{parts} wanted, {flour} there")
        store.save("flour", flour - parts)
    return "*" * parts
