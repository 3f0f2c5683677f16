import asyncio
import queue

from aio_green import LightQueue


class Room:
    def __init__(self):
        self.members = {}

    def join(self, name):
        self.members[name] = LightQueue()
        return self.members[name]

    async def say(self, sender, text):
        await asyncio.sleep(0)
        for name, inbox in self.members.items():
            if name != sender:
                await inbox.put((sender, text))


def echo_bot(room, name="bot"):
    inbox = room.join(name)

    async def loop():
        while True:
            sender, text = await inbox.get()
            if text == "bye":
                return "said bye to %s" % sender
            await room.say(name, text + "!")

    return asyncio.create_task(loop())


async def hear(inbox, patience=0.5):
    try:
        return await inbox.get(timeout=patience)
    except queue.Empty:
        return None
