class Client:
    """One connection."""

    def __init__(self, reader, writer, room):
        self.room = room
        self.address = writer.get_extra_info("peername")
        self.reader = reader
        self.writer = writer
        self.name = None

    async def send_line(self, text):
        try:
            self.writer.write((text + "\n").encode())
            await self.writer.drain()
        except OSError:
            pass  # gone; its own loop will notice

    async def read_line(self):
        try:
            return (await self.reader.readline()).decode()
        except ConnectionResetError:
            return ""

    async def serve(self):
        try:
            await self.send_line("who are you?")
            self.name = (await self.read_line()).strip()
            if not self.name:
                return
            await self.send_line("welcome %s" % self.name)
            await self.room.join(self.name, self)
            while line := await self.read_line():
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
            self.writer.close()
