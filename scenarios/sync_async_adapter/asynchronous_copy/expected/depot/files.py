"""Files on a slow disk."""
import asyncio
import time

FILES = {"limits": ["2", "3"], "names": ["ada", "bob"]}
log = []


def read(name):
    time.sleep(0.01)
    log.append(name)
    return FILES[name]


async def async_read(name):
    await asyncio.sleep(0.01)
    log.append(name)
    return FILES[name]
