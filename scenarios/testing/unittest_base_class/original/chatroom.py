from eventlet import spawn, sleep
from eventlet.queue import Empty, LightQueue


class Room:
    def __init__(self):
        self.members = {}

    def join(self, name):
        self.members[name] = LightQueue()
        return self.members[name]

    def say(self, sender, text):
        sleep(0)
        for name, inbox in self.members.items():
            if name != sender:
                inbox.put((sender, text))


def echo_bot(room, name="bot"):
    inbox = room.join(name)

    def loop():
        while True:
            sender, text = inbox.get()
            if text == "bye":
                return "said bye to %s" % sender
            room.say(name, text + "!")

    return spawn(loop)


def hear(inbox, patience=0.5):
    try:
        return inbox.get(timeout=patience)
    except Empty:
        return None
