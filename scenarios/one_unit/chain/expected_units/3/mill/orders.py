"""Orders are mixed, or refused."""

from mill.aio_green import green_wait
from mill.mixer import Empty, mix


async def _serve(order):
    name, parts = order
    try:
        return f"{name} {await mix(parts)}"
    except Empty as reason:
        return f"no {name}: {reason}"


def serve(order):
    return green_wait(_serve(order))
