"""The encoder of a third party wants a thread of its own; our own code stays green."""

import asyncio
import threading

from aio_green import GreenPool, run, spawn


class Encoder:
    """Not green: works in a real thread and tells when it is ready."""

    def __init__(self):
        self._done = threading.Event()
        self.frames = []

    def start(self, frames):
        threading.Thread(target=self._work, args=(frames,), daemon=True).start()

    def _work(self, frames):
        for frame in frames:
            self.frames.append(frame[::-1])
        self._done.set()

    def wait(self):
        """Blocks the calling thread."""
        return self._done.wait(5) and len(self.frames)


async def progress(log):
    while True:
        log.append(".")
        await asyncio.sleep(0.01)


async def upload(name):
    await asyncio.sleep(0.05)  # patched: the others go on
    return "uploaded %s" % name


async def main():
    log = []
    dots = spawn(progress, log)
    encoder = Encoder()
    encoder.start(["abc", "xyz"])
    count = await asyncio.to_thread(encoder.wait)
    print("encoded", count, encoder.frames)
    async for line in GreenPool(2).imap(upload, encoder.frames):
        print(line)
    await dots.kill()
    print("went on meanwhile:", len(log) > 2)


if __name__ == "__main__":
    run(main())
