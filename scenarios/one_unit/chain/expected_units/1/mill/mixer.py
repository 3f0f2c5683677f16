"""Takes what a mixture needs, one mixture at a time."""

from eventlet.semaphore import Semaphore

from mill import store
from mill.aio_green import green_wait

MACHINE = Semaphore(1)


class Empty(Exception):
    pass


def mix(parts):
    with MACHINE:
        flour = green_wait(store.load("flour"))
        if flour < parts:
            raise Empty(f"{parts} wanted, {flour} there")
        green_wait(store.save("flour", flour - parts))
    return "*" * parts
