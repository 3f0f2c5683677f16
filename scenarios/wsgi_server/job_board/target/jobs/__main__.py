import os

from aiohttp import web

from jobs.web import Web
from jobs.work import Board


async def application():
    board = Board(workers=2)
    await board.start()
    app = web.Application(client_max_size=0)
    app.router.add_route("*", "/{path:.*}", Web(board).__call__)
    return app


def main():
    web.run_app(application(), host="127.0.0.1", port=int(os.environ["PORT"]), access_log=None,
                backlog=50, reuse_port=True)


if __name__ == "__main__":
    main()
