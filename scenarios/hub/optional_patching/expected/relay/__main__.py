import logging
import queue
import sys
import threading

from eventlet import hubs

LOG = logging.getLogger("relay")


class Relay(threading.Thread):
    """Hands on what it gets, in capitals."""

    def __init__(self, inbox, outbox):
        super().__init__(daemon=True)
        self.inbox = inbox
        self.outbox = outbox

    def run(self):
        while True:
            message = self.inbox.get()
            if message is None:
                LOG.info("no more messages")
                return
            self.outbox.put(message.upper())


def main():
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(name)s: %(message)s")
    LOG.info("started on %s", type(hubs.get_hub()).__module__)
    inbox, outbox = queue.Queue(), queue.Queue()
    relay = Relay(inbox, outbox)
    relay.start()
    for word in ("ping", "pong"):
        inbox.put(word)
        print(outbox.get(timeout=5))
    inbox.put(None)
    relay.join()
    return 0


if __name__ == "__main__":
    sys.exit(main())
