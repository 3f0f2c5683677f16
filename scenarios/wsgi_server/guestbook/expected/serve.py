import os

import uvicorn

from aio_green import WSGIApp
from guestbook import GuestBook


def main():
    uvicorn.run(
        WSGIApp(GuestBook(), max_size=64),
        host="127.0.0.1",
        port=int(os.environ["PORT"]),
        backlog=20,
        access_log=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main()
