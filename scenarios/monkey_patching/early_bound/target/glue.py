"""Imported after patching."""
from asyncio import sleep


async def glue(log):
    for number in range(3):
        log.append("glue %d" % number)
        await sleep(0.02)
