import eventlet

eventlet.monkey_patch()

from .worker import ResizeWorker  # noqa: E402

__all__ = ["ResizeWorker"]
