import asyncio
import os

import uvicorn

from jobs.aio_green import WSGIApp
from jobs.web import Web
from jobs.work import Board


async def main():
    board = Board(workers=2)
    await board.start()
    await uvicorn.Server(
        uvicorn.Config(
            WSGIApp(Web(board)),
            host="127.0.0.1",
            port=int(os.environ["PORT"]),
            backlog=50,
            access_log=False,
            log_level="warning",
        )
    ).serve()


if __name__ == "__main__":
    asyncio.run(main())
