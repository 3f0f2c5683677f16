import asyncio

from shop.aio_green import spawn_background

sent = []


class MailError(Exception):
    pass


async def deliver(address, subject):
    await asyncio.sleep(0.03)
    if "@" not in address:
        raise MailError("no address: %s" % address)
    sent.append((address, subject))


def send(address, subject):
    """Returns at once; the mail goes out in the background."""
    spawn_background(deliver(address, subject))
