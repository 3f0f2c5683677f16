import eventlet
from eventlet import websocket

@websocket.WebSocketWSGI
def echo(ws):
    while True:
        msg = ws.wait()
        if msg is None:
            break
        ws.send(msg)

server = eventlet.listen(('0.0.0.0', 7000))
eventlet.wsgi.server(server, echo)
