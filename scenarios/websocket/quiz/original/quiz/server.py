import os
import sys

import eventlet
import eventlet.wsgi
from eventlet.queue import Queue
from eventlet.websocket import WebSocketWSGI

from quiz.game import Game

best = {}


def handler(ws):
    # The name of the player is the path: /players/ann
    player = ws.path.rpartition("/")[2]

    answers = Queue()

    def listen():
        # A timeout must not strike inside of wait(): the connection would be lost
        while True:
            message = ws.wait()
            answers.put(message)
            if message is None:
                break

    def ask(question):
        ws.send(question + "?")
        return answers.get()

    listener = eventlet.spawn(listen)
    try:
        points = Game(ask).play()
    finally:
        listener.kill()
    if points is None:
        print(player, "left", flush=True)
        return
    best[player] = max(points, best.get(player, points))
    ws.send("%s has %d points, best %d" % (player, points, best[player]))
    # Returning closes the connection


def main(argv):
    address = ("127.0.0.1", int(os.environ["PORT"]))
    application = WebSocketWSGI(handler)
    eventlet.wsgi.server(eventlet.listen(address), application, log=sys.stderr, log_output=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv))
