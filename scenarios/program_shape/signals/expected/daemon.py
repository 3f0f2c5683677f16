"""A service that is told by signals what to do."""

import asyncio
import os
import signal
import sys

from aio_green import spawn_after, spawn_n

told = asyncio.Event()


def wake(signum, frame):
    print("woken by", signal.Signals(signum).name)
    told.set()


def dump(signum, frame):
    print("nothing to dump")


def leave(*arguments):
    spawn_n(print, "never printed")
    sys.exit(3)


def send(name, delay=0.05):
    spawn_after(delay, os.kill, os.getpid(), name)


async def main():
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, wake, signal.SIGUSR1, None)
    signal.signal(signal.SIGUSR2, dump)
    for name in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(name, leave, name, None)
    send(signal.SIGUSR2, 0.02)
    send(signal.SIGUSR1)
    await told.wait()
    send(signal.SIGTERM)
    try:
        await asyncio.sleep(5)
        print("never printed")
    finally:
        print("cleaned up")


if __name__ == "__main__":
    asyncio.run(main())
