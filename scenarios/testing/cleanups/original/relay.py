"""A relay: takes messages from one queue and hands them to whoever listens."""
import eventlet


class Relay:
    def __init__(self, pause=0.0):
        self.messages = eventlet.Queue()
        self.heard = []
        self.pause = pause
        self.thread = eventlet.spawn(self._run)

    def _run(self):
        while True:
            message = self.messages.get()
            eventlet.sleep(self.pause)
            self.heard.append(message)

    def say(self, message):
        self.messages.put(message)

    def close(self, how="at once"):
        eventlet.sleep(0)
        self.thread.kill()
        self.heard.append("closed %s" % how)
