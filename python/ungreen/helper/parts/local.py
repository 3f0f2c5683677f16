# /// part
# defines = ["local", "_is_data_descriptor", "_runs_the_loop"]
# requires = []
# imports = ["import asyncio", "import threading", "import weakref", "from typing import Any"]
# replaces = { "eventlet.corolocal.local" = "local", "threading.local" = "local" }
# ///
class local:
    """An object whose attributes each task, and each thread outside of tasks, has for itself.

    The task that ``asyncio.run`` was called with goes on with those of its thread; any other
    starts without. ``__init__`` of a subclass runs again in each task.
    """

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if (args or kwargs) and cls.__init__ is object.__init__:
            raise TypeError("Initialization arguments are not supported")
        self = super().__new__(cls)
        object.__setattr__(self, "_local__arguments", (args, kwargs))
        object.__setattr__(self, "_local__namespaces", weakref.WeakKeyDictionary())
        return self

    def _local__namespace(self) -> dict[str, Any]:
        try:
            owner: Any = asyncio.current_task()
        except RuntimeError:
            owner = None
        if owner is None or _runs_the_loop(owner):
            owner = threading.current_thread()
        namespaces = object.__getattribute__(self, "_local__namespaces")
        if owner not in namespaces:
            namespaces[owner] = {}
            args, kwargs = object.__getattribute__(self, "_local__arguments")
            type(self).__init__(self, *args, **kwargs)
        return namespaces[owner]

    def __getattribute__(self, name: str) -> Any:
        namespace = local._local__namespace(self)
        if name == "__dict__":
            return namespace
        if name in namespace and not _is_data_descriptor(type(self), name):
            return namespace[name]
        return object.__getattribute__(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if _is_data_descriptor(type(self), name):
            object.__setattr__(self, name, value)
        else:
            local._local__namespace(self)[name] = value

    def __delattr__(self, name: str) -> None:
        if _is_data_descriptor(type(self), name):
            object.__delattr__(self, name)
        else:
            try:
                del local._local__namespace(self)[name]
            except KeyError:
                raise AttributeError(name) from None


def _runs_the_loop(task: asyncio.Task[Any]) -> bool:
    """Whether the loop runs until this task is done: it goes on with what started the loop."""
    callbacks = getattr(task, "_callbacks", None) or ()
    return any(
        getattr(callback, "__name__", "") == "_run_until_complete_cb" for callback, _ in callbacks
    )


def _is_data_descriptor(cls: type, name: str) -> bool:
    return hasattr(getattr(cls, name, None), "__set__")
