"""A dashboard: the page, its numbers as JSON, and a websocket that pushes changes."""
import asyncio
import json
import os

import uvicorn

from aio_green import WebSocketWSGI, WSGIApp

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
    await ws.send(json.dumps(numbers, sort_keys=True))


@WebSocketWSGI
async def live(ws):
    viewers.add(ws)
    try:
        await push(ws)
        while True:
            text = await ws.wait()
            if text is None:
                break
            try:
                change = json.loads(text)
            except ValueError:
                await ws.send("what is %r?" % text)
                continue
            for name, amount in change.items():
                numbers[name] += amount
            for viewer in list(viewers):
                await push(viewer)
    finally:
        viewers.discard(ws)


async def dispatch(environ, start_response):
    """WSGI entry point."""
    path = environ["PATH_INFO"]
    if path == "/live":
        return await live(environ, start_response)
    if path == "/":
        start_response("200 OK", [("Content-Type", "text/html")])
        return [PAGE]
    if path == "/numbers.json":
        await asyncio.sleep(0.01)  # the database is not that fast
        body = json.dumps(dict(numbers, viewers=len(viewers)), sort_keys=True)
        start_response("200 OK", [("Content-Type", "application/json")])
        return [body.encode("ascii")]
    start_response("404 Not Found", [("Content-Type", "text/plain")])
    return [b"Nothing here\n"]


if __name__ == "__main__":
    # `debug` would send tracebacks to the viewers
    uvicorn.run(
        WSGIApp(dispatch),
        host="127.0.0.1",
        port=int(os.environ["PORT"]),
        backlog=50,
        ws_max_size=8 << 20,
        ws_ping_interval=None,
        access_log=False,
        log_level="warning",
    )
