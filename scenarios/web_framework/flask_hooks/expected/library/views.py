import time

from flask import Flask, Response, abort, g, make_response, request
from flask.views import MethodView

app = Flask(__name__)
books = {"moby-dick": None, "emma": None}
finished = []


@app.before_request
def who_is_it():
    g.reader = request.cookies.get("reader")
    if g.reader is None and request.endpoint != "login":
        return "who are you?\n", 401


@app.after_request
def sign(response):
    response.headers["X-Reader"] = g.reader or "nobody"
    return response


@app.teardown_request
def done(error):
    finished.append(request.path)


@app.post("/login")
def login():
    response = make_response("welcome\n")
    response.set_cookie("reader", request.get_data(as_text=True), path="/")
    return response


class Book(MethodView):
    def dispatch_request(self, **kwargs):
        if kwargs["title"] not in books:
            abort(404)
        time.sleep(0.01)  # the shelf is far away
        return super().dispatch_request(**kwargs)

    def get(self, title):
        return {"title": title, "lent_to": books[title]}

    def put(self, title):
        if books[title] not in (None, g.reader):
            return {"error": "lent to %s" % books[title]}, 409
        books[title] = g.reader
        return "", 204

    def delete(self, title):
        books[title] = None
        return "", 204


app.add_url_rule("/books/<title>", view_func=Book.as_view("book"))


@app.get("/catalog")
def catalog():
    def lines():
        for number, title in enumerate(sorted(books), 1):
            time.sleep(0.01)
            yield "%d %s\n" % (number, title)

    return Response(lines(), mimetype="text/csv")


@app.get("/requests")
def requests():
    return "%d\n" % len(finished)
