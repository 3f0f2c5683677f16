import asyncio

from app import reports


async def deliver(name):
    await asyncio.sleep(0.02)
    body = await reports.build("sunday")
    await asyncio.sleep(0.2)
    print("mail to", name, len(body))
