"""Pages that come slowly."""
import asyncio


class Gone(Exception):
    pass


open_pages = []


async def page(name, seconds):
    open_pages.append(name)
    try:
        await asyncio.sleep(seconds)
        if name == "lost":
            raise Gone(name)
        return name.upper()
    finally:
        open_pages.remove(name)
