# SPDX-License-Identifier: 0BSD
# ungreen-helper: hub_exceptions
"""What this program used of Eventlet, on asyncio.

Written by `ungreen migrate`. It depends on nothing but the standard library and is yours to keep,
to change and to license as you like.
"""

from __future__ import annotations

import asyncio
import traceback

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


def hub_exceptions(state: bool = True) -> None:
    """Switch the report of exceptions that end a green thread on or off."""
    _REPORT["enabled"] = state
