import eventlet

sent = []


class MailError(Exception):
    pass


def deliver(address, subject):
    eventlet.sleep(0.03)
    if "@" not in address:
        raise MailError("no address: %s" % address)
    sent.append((address, subject))


def send(address, subject):
    """Returns at once; the mail goes out in the background."""
    eventlet.spawn_n(deliver, address, subject)
