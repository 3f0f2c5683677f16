"""Driver of the barometer, written long before anybody thought of green threads."""
import time


class Barometer:
    settle = 0.05

    def __init__(self, readings):
        self._readings = iter(readings)

    def read(self):
        time.sleep(self.settle)
        return next(self._readings, None)

    def read_all(self):
        values = []
        while True:
            value = self.read()
            if value is None:
                return values
            values.append(value)
