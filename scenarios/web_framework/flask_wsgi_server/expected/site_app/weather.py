import time

from flask import Blueprint, jsonify

weather = Blueprint("weather", __name__)

STATIONS = {"paris": 21, "oslo": 4}


class NoSuchPlace(LookupError):
    pass


def measure(place):
    # Patched, so that other requests are served meanwhile
    time.sleep(0.2)
    try:
        return STATIONS[place]
    except KeyError:
        raise NoSuchPlace(place) from None


@weather.route("/<place>")
def show(place):
    return jsonify(place=place, degrees=measure(place))
