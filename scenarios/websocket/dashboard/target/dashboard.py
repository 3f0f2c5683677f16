"""A dashboard: the page, its numbers as JSON, and a websocket that pushes changes."""
import asyncio
import json
import os

from aiohttp import WSMsgType, web

PAGE = b"""<!doctype html>
<title>Dashboard</title>
<script>
  new WebSocket(`ws://${location.host}/live`).onmessage = event => document.body.append(event.data)
</script>
"""

numbers = {"users": 0, "orders": 0}
viewers = set()


async def push(ws):
    # Every viewer starts with the full picture
    await ws.send_str(json.dumps(numbers, sort_keys=True))


async def live(request):
    ws = web.WebSocketResponse(max_msg_size=8 << 20)
    await ws.prepare(request)
    viewers.add(ws)
    try:
        await push(ws)
        while True:
            message = await ws.receive()
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                break
            text = message.data
            try:
                change = json.loads(text)
            except ValueError:
                await ws.send_str("what is %r?" % text)
                continue
            for name, amount in change.items():
                numbers[name] += amount
            for viewer in list(viewers):
                await push(viewer)
    finally:
        viewers.discard(ws)
    return ws


async def dispatch(request):
    """Answers every path."""
    path = request.path
    if path == "/live":
        return await live(request)
    if path == "/":
        return web.Response(body=PAGE, headers={"Content-Type": "text/html"})
    if path == "/numbers.json":
        await asyncio.sleep(0.01)  # the database is not that fast
        body = json.dumps(dict(numbers, viewers=len(viewers)), sort_keys=True)
        return web.Response(body=body.encode("ascii"), headers={"Content-Type": "application/json"})
    return web.Response(status=404, body=b"Nothing here\n", headers={"Content-Type": "text/plain"})


def main():
    app = web.Application(client_max_size=0)
    app.router.add_route("*", "/{path:.*}", dispatch)
    web.run_app(app, host="127.0.0.1", port=int(os.environ["PORT"]), access_log=None, backlog=50, reuse_port=True)


if __name__ == "__main__":
    main()
