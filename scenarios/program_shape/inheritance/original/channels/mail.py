import eventlet

from .base import Channel


class Mail(Channel):
    name = "mail"

    def __init__(self, failures=0):
        self.failures = failures

    def deliver(self, message):
        eventlet.sleep(0.02)
        self.failures -= 1
        return self.failures < 0


class SignedMail(Mail):
    name = "signed"

    def prepare(self, message):
        # Asks the key server
        eventlet.sleep(0.01)
        return super().prepare(message) + " -- signed"

    def deliver(self, message):
        return message.endswith("signed") and super().deliver(message)
