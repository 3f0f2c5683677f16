import eventlet
eventlet.monkey_patch(thread=True, time=True)

import threading
import time


class AutoSave:
    """Saves a document some time after the last change to it."""

    def __init__(self, write, delay=0.05):
        self._write = write
        self._delay = delay
        self._lock = threading.Lock()
        self._timer = None
        self._dirty = []

    def changed(self, line):
        with self._lock:
            self._dirty.append(line)
            if self._timer is not None:
                self._timer.cancel()
            self._timer = threading.Timer(self._delay, self._save)
            self._timer.start()

    def _save(self):
        with self._lock:
            lines, self._dirty = self._dirty, []
            self._timer = None
            self._write(lines)

    def close(self):
        """Saves what is left, at once."""
        with self._lock:
            timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()
            self._save()


def write(lines):
    print("saving", lines)
    time.sleep(0.02)  # a slow disk
    print("saved")


document = AutoSave(write)
for word in ["one", "two", "three"]:
    document.changed(word)
    time.sleep(0.01)
time.sleep(0.12)
document.changed("four")
time.sleep(0.12)
document.changed("five")
document.close()
time.sleep(0.1)
print("done")
