class Room:
    def __init__(self):
        self.members = {}

    async def join(self, name, client):
        await self.announce("%s joined" % name)
        self.members[name] = client

    async def leave(self, name):
        if self.members.pop(name, None) is not None:
            await self.announce("%s left" % name)

    async def say(self, sender, text):
        for name, client in list(self.members.items()):
            if name != sender:
                await client.send_line("%s: %s" % (sender, text))

    async def announce(self, text):
        for client in list(self.members.values()):
            await client.send_line("* " + text)
