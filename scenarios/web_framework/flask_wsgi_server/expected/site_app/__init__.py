from flask import Flask, jsonify

from .notes import notes
from .weather import NoSuchPlace, weather


def create_app():
    app = Flask(__name__)
    app.register_blueprint(notes, url_prefix="/notes")
    app.register_blueprint(weather, url_prefix="/weather")

    @app.errorhandler(NoSuchPlace)
    def no_such_place(error):
        return jsonify(error="no such place: %s" % error), 404

    return app
