# SPDX-License-Identifier: 0BSD
# ungreen-helper: green_wait
"""What this program used of Eventlet, on asyncio.

Written by `ungreen migrate`. It depends on nothing but the standard library and is yours to keep,
to change and to license as you like.
"""

from __future__ import annotations

import sys
from collections.abc import Coroutine
from typing import Any


def green_wait(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Wait in a green thread on Eventlet's asyncio hub, and return the result.

    What ends the wait, such as a Timeout or a kill, cancels the coroutine, and goes
    on when that has ended.
    """
    loop = getattr(sys.modules["eventlet.hubs"].get_hub(), "loop", None)
    if loop is None:
        coroutine.close()
        raise RuntimeError(
            "green threads wait for coroutines on Eventlet's asyncio hub only: "
            'set EVENTLET_HUB=asyncio, or call eventlet.hubs.use_hub("asyncio") first'
        )
    ended = sys.modules["eventlet.event"].Event()
    task = loop.create_task(coroutine)
    task.add_done_callback(ended.send)
    try:
        ended.wait()
    except BaseException:
        task.cancel()
        ended.wait()
        if not task.cancelled():
            task.exception()  # The exception that ended the wait goes before
        raise
    return task.result()
