class Client:
    """One connection."""

    def __init__(self, connection, address, room):
        self.room = room
        self.address = address
        self.connection = connection
        self.stream = connection.makefile("rw", newline="\n")
        self.name = None

    def send_line(self, text):
        try:
            self.stream.write(text + "\n")
            self.stream.flush()
        except OSError:
            pass  # gone; its own loop will notice

    def serve(self):
        try:
            self.send_line("who are you?")
            self.name = self.stream.readline().strip()
            if not self.name:
                return
            self.send_line("welcome %s" % self.name)
            self.room.join(self.name, self)
            for line in self.stream:
                text = line.strip()
                if text == "/quit":
                    self.send_line("bye")
                    break
                elif text == "/who":
                    self.send_line(", ".join(sorted(self.room.members)))
                else:
                    self.room.say(self.name, text)
        finally:
            self.room.leave(self.name)
            self.stream.close()
            self.connection.close()
