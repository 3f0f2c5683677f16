# /// part
# defines = ["_REPORT", "_report"]
# requires = []
# imports = ["import asyncio", "import traceback"]
# ///
_REPORT = {"enabled": True}


def _report(exception: BaseException) -> None:
    """Report what ended a green thread that nobody may be waiting for, at once.

    Eventlet's hub prints the traceback on standard error, and so does this, unless the event loop
    has an exception handler of its own, which then gets it.
    """
    if not _REPORT["enabled"]:
        return
    loop = asyncio.get_running_loop()
    if loop.get_exception_handler() is None:
        traceback.print_exception(type(exception), exception, exception.__traceback__)
    else:
        loop.call_exception_handler(
            {"message": "exception in green thread", "exception": exception}
        )
