# One request at a time
import os

import uvicorn
from a2wsgi import WSGIMiddleware

from guestbook import GuestBook


def main():
    uvicorn.run(
        WSGIMiddleware(GuestBook(), workers=1),
        host="127.0.0.1",
        port=int(os.environ["PORT"]),
        backlog=20,
        access_log=False,
    )


if __name__ == "__main__":
    main()
