import eventlet

from weather import __version__
from weather.station import Station

STATIONS = [Station("oslo", 0.01, 4), Station("mars", 2, -60), Station("rome", 0.05, 18)]


def main():
    print("weather", __version__)
    readings = eventlet.Queue()
    for station in STATIONS:
        eventlet.spawn_n(station.report, readings)
    for _ in STATIONS:
        name, degrees = readings.get()
        print(name, "does not answer" if degrees is None else degrees)


if __name__ == "__main__":
    main()
