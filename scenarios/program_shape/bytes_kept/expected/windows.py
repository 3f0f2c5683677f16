"""Edited on Windows."""
import asyncio

async def slow(text):  # comment
    await asyncio.sleep(0.01)
    return (text +
            '!')  
