# SPDX-License-Identifier: 0BSD
# ungreen-helper: LightQueue
"""What this program used of Eventlet, on asyncio.

Written by `ungreen migrate`. It depends on nothing but the standard library and is yours to keep,
to change and to license as you like.
"""

from __future__ import annotations

import asyncio
import collections
import queue
from typing import Any


def _wake(waiter: asyncio.Future[Any], result: Any = None) -> None:
    """Set the result of ``waiter``, unless it has one or was given up."""
    if not waiter.done():
        waiter.set_result(result)


class LightQueue:
    """A queue of at most ``maxsize`` items: unlimited if that is None or negative.

    With a ``maxsize`` of 0, `put` waits until a `get` takes the item. Raises ``queue.Full`` and
    ``queue.Empty``. Waiters are served in the order in which they came. An item put while a getter
    waits stays in the queue until the getter runs, and another may be faster.
    """

    queue: Any

    def __init__(self, maxsize: int | None = None) -> None:
        self.maxsize = None if maxsize is None or maxsize < 0 else maxsize
        self._getters: collections.deque[asyncio.Future[Any]] = collections.deque()
        self._putters: collections.deque[tuple[asyncio.Future[Any], Any]] = collections.deque()
        self._init(maxsize)

    def _init(self, maxsize: int | None) -> None:
        self.queue = collections.deque()

    def _get(self) -> Any:
        return self.queue.popleft()

    def _put(self, item: Any) -> None:
        self.queue.append(item)

    def qsize(self) -> int:
        """The number of items."""
        return len(self.queue)

    def empty(self) -> bool:
        """Whether there is no item."""
        return not self.qsize()

    def full(self) -> bool:
        """Whether ``maxsize`` is reached."""
        return self.maxsize is not None and self.qsize() >= self.maxsize

    def putting(self) -> int:
        """The number of tasks that wait to put."""
        return len(self._putters)

    def getting(self) -> int:
        """The number of tasks that wait for an item."""
        return len(self._getters)

    def resize(self, size: int | None) -> None:
        """Change ``maxsize``; growing it wakes those that wait to put."""
        self.maxsize = size
        for putter, _ in self._putters:
            _wake(putter)

    def put_nowait(self, item: Any) -> None:
        """Put ``item`` or raise ``queue.Full``."""
        if not self.full():
            self._add(item)
            self._signal_getter()
        elif self.maxsize != 0 or not self._hand_over(item):
            raise queue.Full

    def get_nowait(self) -> Any:
        """Return the next item or raise ``queue.Empty``."""
        if self.empty():
            raise queue.Empty
        item = self._get()
        self._signal_putter()
        return item

    async def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """Put ``item``; raise ``queue.Full`` if there is no room for it in time.

        The timeout is in seconds and means nothing if ``block`` is False.
        """
        deadline = None if timeout is None else asyncio.get_running_loop().time() + timeout
        while True:
            if not self.full():
                self._add(item)
                self._signal_getter()
                return
            if self.maxsize == 0 and self._hand_over(item):
                await asyncio.sleep(0)
                return
            if not block:
                raise queue.Full
            putter = asyncio.get_running_loop().create_future()
            entry = (putter, item)
            self._putters.append(entry)
            try:
                if not await _settled(putter, deadline):
                    raise queue.Full
                if putter.result() is _TAKEN:
                    return
            except BaseException:
                if putter.done() and not self.full():
                    self._signal_putter(excepting=putter)
                raise
            finally:
                self._putters.remove(entry)

    async def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """Return the next item; raise ``queue.Empty`` if none comes in time.

        The timeout is in seconds and means nothing if ``block`` is False.
        """
        deadline = None if timeout is None else asyncio.get_running_loop().time() + timeout
        while True:
            if not self.empty():
                return self.get_nowait()
            if not block:
                raise queue.Empty
            if self.maxsize == 0:
                for putter, item in self._putters:
                    if not putter.done():
                        putter.set_result(_TAKEN)
                        self._add(item)
                        return self._get()
            getter = asyncio.get_running_loop().create_future()
            self._getters.append(getter)
            try:
                if not await _settled(getter, deadline):
                    raise queue.Empty
                if getter.result() is not None:
                    return getter.result()[0]
            except BaseException:
                if getter.done() and not getter.cancelled() and getter.result() is not None:
                    self._put(getter.result()[0])
                if not self.empty():
                    self._signal_getter(excepting=getter)
                raise
            finally:
                self._getters.remove(getter)

    def _add(self, item: Any) -> None:
        self._put(item)

    def _hand_over(self, item: Any) -> bool:
        """Give ``item`` to a task that waits for one; return whether there was one."""
        for getter in self._getters:
            if not getter.done():
                self._add(item)
                getter.set_result((self._get(),))
                return True
        return False

    def _signal_getter(self, excepting: asyncio.Future[Any] | None = None) -> None:
        for getter in self._getters:
            if getter is not excepting and not getter.done():
                getter.set_result(None)
                return

    def _signal_putter(self, excepting: asyncio.Future[Any] | None = None) -> None:
        for putter, _ in self._putters:
            if putter is not excepting and not putter.done():
                putter.set_result(None)
                return


_TAKEN = object()


async def _settled(future: asyncio.Future[Any], deadline: float | None) -> bool:
    """Wait for ``future``; return False if the loop's clock reaches ``deadline`` before."""
    if deadline is None:
        await future
    else:
        timeout = max(0, deadline - asyncio.get_running_loop().time())
        await asyncio.wait({future}, timeout=timeout)
    return future.done()
