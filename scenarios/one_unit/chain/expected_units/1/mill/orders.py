"""Orders are mixed, or refused."""

from mill.mixer import Empty, mix


def serve(order):
    name, parts = order
    try:
        return f"{name} {mix(parts)}"
    except Empty as reason:
        return f"no {name}: {reason}"
