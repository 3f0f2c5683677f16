# /// part
# defines = ["current_thread", "_green_thread_numbers"]
# requires = ["green_thread", "thread"]
# imports = ["import asyncio", "import itertools", "import threading"]
# replaces = { "threading.current_thread" = "current_thread", "eventlet.green.threading.current_thread" = "current_thread" }
# ///
_green_thread_numbers = itertools.count(1)


def current_thread() -> Thread | threading.Thread:
    """The running `Thread`; one made up for any other green thread; else that of the system."""
    task = asyncio.current_task()
    green_thread = None if task is None else _green_threads.get(task)
    if task is None or green_thread is None:
        return threading.current_thread()
    if task not in _threads:
        thread = Thread(name=f"GreenThread-{next(_green_thread_numbers)}", daemon=True)
        thread._green_thread = green_thread
        _threads[task] = thread
    return _threads[task]
