"""A service that is told by signals what to do."""
import asyncio
import os
import signal
import sys

told = asyncio.Event()


def wake(signum):
    print("woken by", signal.Signals(signum).name)
    told.set()


def dump(signum, frame):
    print("nothing to dump")


def leave():
    sys.exit(3)


def send(name, delay=0.05):
    asyncio.get_running_loop().call_later(delay, os.kill, os.getpid(), name)


async def main():
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, wake, signal.SIGUSR1)
    signal.signal(signal.SIGUSR2, dump)
    for name in (signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(name, leave)
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
