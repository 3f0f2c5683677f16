"""Try again after a while. Nothing in here knows about Eventlet."""
from time import sleep


def retry(function, errors, attempts=4, first_delay=0.02):
    delay = first_delay
    for attempt in range(1, attempts + 1):
        try:
            return function()
        except errors as error:
            if attempt == attempts:
                raise
            print("attempt %d failed (%s), again in %.2f s" % (attempt, type(error).__name__, delay))
            sleep(delay)
            delay *= 2
