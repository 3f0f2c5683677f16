from aiohttp import web

async def simple_app(request):
    return web.Response(body=b'Hello, World!\n', headers={'Content-Type': 'text/plain'})

app = web.Application(client_max_size=0)
app.router.add_route("*", "/{path:.*}", simple_app)
web.run_app(app, host='0.0.0.0', port=8080, backlog=50, reuse_port=True)
