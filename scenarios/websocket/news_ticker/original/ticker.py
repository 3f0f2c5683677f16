import collections
import os

import eventlet
from eventlet import wsgi
from eventlet.queue import Queue
from eventlet.websocket import WebSocketWSGI


class Ticker:
    """Everybody on the same path reads the same news."""

    def __init__(self):
        self.readers = collections.defaultdict(list)

    def handle(self, ws):
        room = ws.path.strip("/")
        outbox = Queue()
        self.readers[room].append(outbox)
        sender = eventlet.spawn(self._send, ws, outbox)
        outbox.put("welcome to %s" % room)
        try:
            while True:
                message = ws.wait()
                if message is None:
                    break
                if message == "close":
                    outbox.put("goodbye")
                    eventlet.sleep(0.05)
                    ws.close()
                    break
                if message == "who":
                    outbox.put("%d readers" % len(self.readers[room]))
                else:
                    self.publish(room, message)
        finally:
            self.readers[room].remove(outbox)
            sender.kill()

    def _send(self, ws, outbox):
        while True:
            ws.send(outbox.get())

    def publish(self, room, news):
        for outbox in self.readers[room]:
            outbox.put("%s: %s" % (room, news))


ticker = Ticker()
app = WebSocketWSGI(ticker.handle)

if __name__ == "__main__":
    wsgi.server(eventlet.listen(("127.0.0.1", int(os.environ["PORT"]))), app, log_output=False)
