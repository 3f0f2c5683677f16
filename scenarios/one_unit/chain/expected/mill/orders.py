"""Orders are mixed, or refused."""

from mill.mixer import Empty, mix


async def _serve(order):
    name, parts = order
    try:
        return f"{name} {await mix(parts)}"
    except Empty as reason:
        return f"no {name}: {reason}"


async def serve(order):
    return await _serve(order)
