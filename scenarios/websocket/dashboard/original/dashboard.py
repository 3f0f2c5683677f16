"""A dashboard: the page, its numbers as JSON, and a websocket that pushes changes."""
import json
import os

import eventlet
from eventlet import websocket, wsgi

PAGE = b"""<!doctype html>
<title>Dashboard</title>
<script>
  new WebSocket(`ws://${location.host}/live`).onmessage = event => document.body.append(event.data)
</script>
"""

numbers = {"users": 0, "orders": 0}
viewers = set()


def push(ws):
    # Every viewer starts with the full picture
    ws.send(json.dumps(numbers, sort_keys=True))


@websocket.WebSocketWSGI
def live(ws):
    viewers.add(ws)
    try:
        push(ws)
        while True:
            text = ws.wait()
            if text is None:
                break
            try:
                change = json.loads(text)
            except ValueError:
                ws.send("what is %r?" % text)
                continue
            for name, amount in change.items():
                numbers[name] += amount
            for viewer in list(viewers):
                push(viewer)
    finally:
        viewers.discard(ws)


def dispatch(environ, start_response):
    """WSGI entry point."""
    path = environ["PATH_INFO"]
    if path == "/live":
        return live(environ, start_response)
    if path == "/":
        start_response("200 OK", [("Content-Type", "text/html")])
        return [PAGE]
    if path == "/numbers.json":
        eventlet.sleep(0.01)  # the database is not that fast
        body = json.dumps(dict(numbers, viewers=len(viewers)), sort_keys=True)
        start_response("200 OK", [("Content-Type", "application/json")])
        return [body.encode("ascii")]
    start_response("404 Not Found", [("Content-Type", "text/plain")])
    return [b"Nothing here\n"]


if __name__ == "__main__":
    # `debug` would send tracebacks to the viewers
    wsgi.server(eventlet.listen(("127.0.0.1", int(os.environ["PORT"]))), dispatch, debug=False, log_output=False)
