# Nobody keeps the tasks nor looks at their errors
import asyncio


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
    asyncio.create_task(deliver(address, subject))
