"""Imported after patching."""
import asyncio


async def glue(log):
    for number in range(3):
        log.append("glue %d" % number)
        await asyncio.sleep(0.02)
