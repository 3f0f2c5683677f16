class Room:
    def __init__(self):
        self.members = {}

    def join(self, name, client):
        self.announce("%s joined" % name)
        self.members[name] = client

    def leave(self, name):
        if self.members.pop(name, None) is not None:
            self.announce("%s left" % name)

    def say(self, sender, text):
        for name, client in list(self.members.items()):
            if name != sender:
                client.send_line("%s: %s" % (sender, text))

    def announce(self, text):
        for client in list(self.members.values()):
            client.send_line("* " + text)
