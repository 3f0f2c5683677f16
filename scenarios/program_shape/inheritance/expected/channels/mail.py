import asyncio

from .base import Channel


class Mail(Channel):
    name = "mail"

    def __init__(self, failures=0):
        self.failures = failures

    async def deliver(self, message):
        await asyncio.sleep(0.02)
        self.failures -= 1
        return self.failures < 0


class SignedMail(Mail):
    name = "signed"

    async def prepare(self, message):
        # Asks the key server
        await asyncio.sleep(0.01)
        return await super().prepare(message) + " -- signed"

    async def deliver(self, message):
        return message.endswith("signed") and await super().deliver(message)
