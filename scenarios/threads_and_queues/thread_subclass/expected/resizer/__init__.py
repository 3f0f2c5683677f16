from .worker import ResizeWorker  # noqa: E402

__all__ = ["ResizeWorker"]
