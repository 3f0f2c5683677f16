# Every path and method, but nothing may be longer than a mebibyte
import os

from aiohttp import web

async def simple_app(request):
    await request.read()
    return web.Response(body=b'Hello, World!\n', headers={'Content-Type': 'text/plain'})

app = web.Application()
app.router.add_route('*', '/{path:.*}', simple_app)

if __name__ == '__main__':
    web.run_app(app, host='0.0.0.0', port=int(os.environ.get('PORT', 8080)))
