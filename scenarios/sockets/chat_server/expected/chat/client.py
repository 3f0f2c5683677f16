from chat.aio_green import makefile


class Client:
    """One connection."""

    def __init__(self, connection, address, room):
        self.room = room
        self.address = address
        self.connection = connection
        self.stream = makefile(connection, "rw", newline="\n")
        self.name = None

    async def send_line(self, text):
        try:
            await self.stream.write(text + "\n")
            await self.stream.flush()
        except OSError:
            pass  # gone; its own loop will notice

    async def serve(self):
        try:
            await self.send_line("who are you?")
            self.name = (await self.stream.readline()).strip()
            if not self.name:
                return
            await self.send_line("welcome %s" % self.name)
            await self.room.join(self.name, self)
            async for line in self.stream:
                text = line.strip()
                if text == "/quit":
                    await self.send_line("bye")
                    break
                elif text == "/who":
                    await self.send_line(", ".join(sorted(self.room.members)))
                else:
                    await self.room.say(self.name, text)
        finally:
            await self.room.leave(self.name)
            await self.stream.close()
            self.connection.close()
