import time
import queue
import threading


class Broker:
    """Delivers messages to subscribers, each from a thread of its own."""

    def __init__(self):
        self._inboxes = {}
        self._threads = []
        self.delivered = 0

    def subscribe(self, name, callback):
        inbox = self._inboxes[name] = queue.Queue()
        thread = threading.Thread(target=self._deliver, args=(inbox, callback), daemon=True)
        thread.start()
        self._threads.append(thread)

    def _deliver(self, inbox, callback):
        while True:
            message = inbox.get()
            if message is None:
                return
            time.sleep(0.005)
            callback(message)
            self.delivered += 1

    def publish(self, message):
        if not self._inboxes:
            raise LookupError("nobody listens")
        for inbox in self._inboxes.values():
            inbox.put(message)

    def close(self):
        for inbox in self._inboxes.values():
            inbox.put(None)
        for thread in self._threads:
            thread.join()
