import os

import eventlet
import eventlet.wsgi

from guestbook import GuestBook


def main():
    socket = eventlet.listen(("127.0.0.1", int(os.environ["PORT"])), backlog=20)
    eventlet.wsgi.server(socket, GuestBook(), max_size=64, log_output=False)


if __name__ == "__main__":
    main()
