from .base import Channel


class Memory(Channel):
    name = "memory"

    def __init__(self):
        self.messages = []

    async def deliver(self, message):
        self.messages.append(message)
        return True

    def __contains__(self, message):
        return message in self.messages


class Discard(Channel):
    name = "discard"

    async def deliver(self, message):
        return False
