"""A service that is told by signals what to do."""
import eventlet

eventlet.monkey_patch()

import os
import signal
import sys
import threading

told = threading.Event()


def wake(signum, frame):
    print("woken by", signal.Signals(signum).name)
    told.set()


def dump(signum, frame):
    print("nothing to dump")


def leave(*arguments):
    eventlet.spawn_n(print, "never printed")
    sys.exit(3)


def send(name, delay=0.05):
    eventlet.spawn_after(delay, os.kill, os.getpid(), name)


def main():
    signal.signal(signal.SIGUSR1, wake)
    signal.signal(signal.SIGUSR2, dump)
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, leave)
    send(signal.SIGUSR2, 0.02)
    send(signal.SIGUSR1)
    told.wait()
    send(signal.SIGTERM)
    try:
        eventlet.sleep(5)
        print("never printed")
    finally:
        print("cleaned up")


if __name__ == "__main__":
    main()
