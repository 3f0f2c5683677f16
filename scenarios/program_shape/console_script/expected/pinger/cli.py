import argparse
import asyncio

from . import __version__
from .ping import Pinger


def parse(argv=None):
    parser = argparse.ArgumentParser(prog="pinger")
    parser.add_argument("--version", action="version", version=__version__)
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("hosts", nargs="+")
    return parser.parse_args(argv)


async def _main(argv=None):
    """Entry point of the console script; its return value becomes the exit code."""
    options = parse(argv)
    pingers = [Pinger(host, options.count) for host in options.hosts]
    threads = [asyncio.create_task(pinger.run()) for pinger in pingers]
    lost = sum([await thread for thread in threads])
    for pinger in pingers:
        print(pinger)
    return 0 if not lost else 2


def main(argv=None):
    return asyncio.run(_main(argv))
