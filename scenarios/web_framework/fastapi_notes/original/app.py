import eventlet
eventlet.monkey_patch()
import os
import time

from flask import Flask, jsonify, request

app = Flask(__name__)
notes = []


def measure():
    time.sleep(0.2)
    return 21


@app.route("/")
def index():
    return "Hello, World!"


@app.route("/weather/<place>")
def weather(place):
    degrees = measure()
    if place == "atlantis":
        return jsonify(error="no such place"), 404
    return {"place": place, "degrees": degrees}


@app.route("/notes", methods=["GET", "POST"])
def all_notes():
    if request.method == "POST":
        text = request.get_json().get("text")
        if not text:
            return {"error": "text is missing"}, 400
        notes.append(text)
        return jsonify(number=len(notes)), 201, {"X-Number": str(len(notes))}
    return jsonify(notes)


@app.get("/notes/<int:number>")
def note(number):
    shown = notes[number - 1]
    return "<p>%s %s</p>" % (shown, request.args.get("suffix", "é"))


@app.delete("/notes/<int:number>")
def remove(number):
    del notes[number - 1]
    return "", 204


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(os.environ.get("PORT", 5000)))
