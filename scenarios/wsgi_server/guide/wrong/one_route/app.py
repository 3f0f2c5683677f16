# The guide's own version: other paths and methods are refused, the last line break is lost
import os

from aiohttp import web

async def simple_app(request):
    return web.Response(text="Hello, World!")

app = web.Application()
app.add_routes([web.get('/', simple_app)])

if __name__ == '__main__':
    web.run_app(app, port=int(os.environ.get('PORT', 8080)))
