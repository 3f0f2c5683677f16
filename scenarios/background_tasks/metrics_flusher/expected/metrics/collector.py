import asyncio
import collections

from metrics.aio_green import Event
from metrics.background import background


class Collector:
    def __init__(self, sink, period):
        self.sink = sink
        self.period = period
        self.values = collections.Counter()
        self._stop = Event()
        self._thread = None

    async def __aenter__(self):
        self._thread = asyncio.create_task(self._flush_loop())
        return self

    async def __aexit__(self, *exc_info):
        self._stop.send(True)
        flushes = await self._thread
        self.sink("stopped, flushed" if flushes else "stopped")

    def count(self, name, amount=1):
        self.values[name] += amount

    async def _flush_loop(self):
        """Returns how often there was something to flush."""
        flushes = 0
        stopping = False
        while not stopping:
            stopping = bool(await self._stop.wait(timeout=self.period))
            if self.values:
                flushes += 1
                values, self.values = self.values, collections.Counter()
                self._write(values)
        # What was written last shall arrive
        await asyncio.sleep(self.period)
        return flushes

    @background
    async def _write(self, values):
        await asyncio.sleep(self.period / 5)
        if "poison" in values:
            raise ValueError("the sink is blocked")
        for name, amount in sorted(values.items()):
            self.sink("%s=%d" % (name, amount))
