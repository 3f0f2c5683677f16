# -*- coding: iso-8859-1 -*-
import asyncio

NAME = 'Jürgen'  # ä ö ü


async def name():
    await asyncio.sleep(0)
    return NAME
