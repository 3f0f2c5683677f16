import asyncio

from aio_green import Timer


class AutoSave:
    """Saves a document some time after the last change to it."""

    def __init__(self, write, delay=0.05):
        self._write = write
        self._delay = delay
        self._lock = asyncio.Lock()
        self._timer = None
        self._dirty = []

    async def changed(self, line):
        async with self._lock:
            self._dirty.append(line)
            if self._timer is not None:
                self._timer.cancel()
            self._timer = Timer(self._delay, self._save)
            await self._timer.start()

    async def _save(self):
        async with self._lock:
            lines, self._dirty = self._dirty, []
            self._timer = None
            await self._write(lines)

    async def close(self):
        """Saves what is left, at once."""
        async with self._lock:
            timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()
            await self._save()


async def write(lines):
    print("saving", lines)
    await asyncio.sleep(0.02)  # a slow disk
    print("saved")


document = AutoSave(write)


async def main():
    for word in ["one", "two", "three"]:
        await document.changed(word)
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.12)
    await document.changed("four")
    await asyncio.sleep(0.12)
    await document.changed("five")
    await document.close()
    await asyncio.sleep(0.1)
    print("done")


asyncio.run(main())
