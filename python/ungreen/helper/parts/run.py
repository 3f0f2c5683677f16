# /// part
# defines = ["run"]
# requires = ["interrupt"]
# imports = [
#   "import asyncio", "import concurrent.futures", "import inspect", "import signal", "import threading",
#   "from collections.abc import Coroutine", "from types import FrameType", "from typing import Any",
# ]
# ///
def run(main: Coroutine[Any, Any, Any], *, threads: int = 20) -> Any:
    """Run ``main`` as the main green thread of the program and return its result.

    ``asyncio.to_thread`` gets ``threads`` threads. The first Ctrl-C raises KeyboardInterrupt in
    ``main``, at the ``await`` where it is suspended, and the second at once. When ``main`` ends,
    tasks that have not started never do, and those that have are canceled.
    """

    handles_interrupts = (
        threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )

    async def run_main() -> Any:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(concurrent.futures.ThreadPoolExecutor(threads))
        task = asyncio.current_task()
        assert task is not None
        interrupted = False

        def on_interrupt(signum: int, frame: FrameType | None) -> None:
            nonlocal interrupted
            if interrupted:
                raise KeyboardInterrupt
            interrupted = True
            loop.call_soon_threadsafe(_interrupt, task, KeyboardInterrupt())

        if handles_interrupts:
            signal.signal(signal.SIGINT, on_interrupt)
        try:
            return await _interruptible(main)
        finally:
            if handles_interrupts:
                signal.signal(signal.SIGINT, signal.default_int_handler)
            for other in asyncio.all_tasks():
                coroutine = other.get_coro()
                if inspect.iscoroutine(coroutine) and (
                    inspect.getcoroutinestate(coroutine) == inspect.CORO_CREATED
                ):
                    other.cancel()

    return asyncio.run(run_main())
