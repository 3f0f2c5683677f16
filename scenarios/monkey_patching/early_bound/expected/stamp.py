"""Imported before patching: `sleep` in here is the real one and stops everybody."""
from time import sleep


async def stamp(log):
    for number in range(3):
        log.append("stamp %d" % number)
        sleep(0.02)
