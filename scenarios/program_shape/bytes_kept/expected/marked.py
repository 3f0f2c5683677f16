import asyncio


async def marked():
    await asyncio.sleep(0.0)
    text = """
  keep   this
	as it is
"""
    return len(text)