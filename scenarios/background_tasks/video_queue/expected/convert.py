# Converts videos while the user does something else.
from __future__ import print_function

import asyncio
import functools

from aio_green import GreenletExit, Timeout, hub_exceptions, kill, spawn


class Conversion:
    """One video; `step` seconds of work for each of its minutes."""

    def __init__(self, name, minutes, step=0.02):
        self.name, self.minutes, self.step = name, minutes, step
        self.progress = 0
        self.thread = None

    async def run(self, quality, notify=None):
        try:
            for self.progress in range(1, self.minutes + 1):
                await asyncio.sleep(self.step)
                if quality == "broken" and self.progress == 2:
                    raise IOError("corrupt frame in " + self.name)
        except GreenletExit:
            self.progress = -1
            raise
        if notify:
            notify(self.name)
        return "%s.%s" % (self.name, quality)


class Converter:
    def __init__(self):
        self.conversions = {}
        self.finished = []

    def submit(self, conversion, quality="hd"):
        # The user wants to be told at once, and may cancel at once
        run = functools.partial(conversion.run, quality, notify=self.finished.append)
        conversion.thread = spawn(run)
        conversion.thread.link(self.on_end, conversion)
        self.conversions[conversion.name] = conversion
        return conversion

    def on_end(self, thread, conversion):
        del self.conversions[conversion.name]

    async def result(self, conversion, patience):
        """The name of the file, or what became of it."""
        try:
            async with Timeout(patience) as limit:
                return await conversion.thread.wait()
        except Timeout as timeout:
            if timeout is not limit:
                raise
            return "%s: still at work" % conversion.name
        except IOError as error:
            return "failed: %s" % error
        except GreenletExit:
            return "%s: cancelled" % conversion.name
        finally:
            limit.cancel()


async def main():
    hub_exceptions(False)
    converter = Converter()
    holiday = converter.submit(Conversion("holiday", 3))
    wedding = converter.submit(Conversion("wedding", 50))
    broken = converter.submit(Conversion("party", 5), quality="broken")
    secret = converter.submit(Conversion("secret", 1))
    secret.thread.cancel()
    print("in the background:", ", ".join(sorted(converter.conversions)))
    for conversion in (holiday, broken, secret, wedding):
        print(await converter.result(conversion, patience=0.25))
    print("left:", list(converter.conversions), wedding.progress > 3)
    # Enough of it
    await kill(wedding.thread)
    print(await converter.result(wedding, patience=1), wedding.progress)
    print("left:", list(converter.conversions), "finished:", converter.finished)


if __name__ == "__main__":
    asyncio.run(main())
