"""Takes what a mixture needs, one mixture at a time."""

import asyncio

from mill import store

MACHINE = asyncio.Semaphore(1)


class Empty(Exception):
    pass


async def mix(parts):
    async with MACHINE:
        flour = await store.load("flour")
        if flour < parts:
            raise Empty(f"{parts} wanted, {flour} there")
        await store.save("flour", flour - parts)
    return "*" * parts
