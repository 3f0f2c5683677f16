import os

import eventlet
import eventlet.wsgi

from jobs.web import Web
from jobs.work import Board


def main():
    board = Board(workers=2)
    board.start()
    listener = eventlet.listen(("127.0.0.1", int(os.environ["PORT"])))
    eventlet.wsgi.server(listener, Web(board), log_output=False)


if __name__ == "__main__":
    main()
