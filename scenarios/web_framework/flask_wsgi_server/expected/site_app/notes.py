from flask import Blueprint, jsonify, request

notes = Blueprint("notes", __name__)
_notes = []


@notes.route("/", methods=["GET"])
def list_notes():
    return jsonify(_notes)


@notes.route("/", methods=["POST"])
def add_note():
    text = request.get_json().get("text")
    if not text:
        return jsonify(error="text is missing"), 400
    _notes.append(text)
    return jsonify(number=len(_notes)), 201


@notes.route("/count")
def count():
    return str(len(_notes)), 200, {"Content-Type": "text/plain"}
