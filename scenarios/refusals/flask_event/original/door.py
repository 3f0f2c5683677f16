import eventlet

eventlet.monkey_patch()

import threading

from eventlet import wsgi
from flask import Flask

app = Flask(__name__)
opened = threading.Event()
visits = []


def note(name):
    eventlet.sleep(0.1)
    visits.append(name)


def guard():
    opened.wait()
    print("the door is open")


@app.route("/open")
def unlock():
    opened.set()
    return "open"


@app.route("/visit/<name>")
def visit(name):
    eventlet.spawn_n(note, name)
    return "welcome"


def main():
    waiting = eventlet.spawn(guard)
    listener = eventlet.listen(("127.0.0.1", 0))
    server = eventlet.spawn(wsgi.server, listener, app, log_output=False)
    print(app.test_client().get("/open").text)
    waiting.wait()
    server.kill()


if __name__ == "__main__":
    main()
