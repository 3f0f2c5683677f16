"""The encoder of a third party wants a thread of its own; our own code stays green."""
import eventlet

eventlet.monkey_patch(thread=False)

import threading
import time

from eventlet import tpool


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


def progress(log):
    while True:
        log.append(".")
        time.sleep(0.01)


def upload(name):
    time.sleep(0.05)  # patched: the others go on
    return "uploaded %s" % name


def main():
    log = []
    dots = eventlet.spawn(progress, log)
    encoder = Encoder()
    encoder.start(["abc", "xyz"])
    count = tpool.execute(encoder.wait)
    print("encoded", count, encoder.frames)
    for line in eventlet.GreenPool(2).imap(upload, encoder.frames):
        print(line)
    dots.kill()
    print("went on meanwhile:", len(log) > 2)


if __name__ == "__main__":
    main()
