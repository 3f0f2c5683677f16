"""Ask every sensor for its reading, but give none of them more than its share of the round."""
from eventlet import Timeout, sleep

SHARE = 0.1

# name -> seconds until it answers, reading
SENSORS = {
    "boiler": (0.0, 71),
    "cellar": (0.2, 9),
    "garden": (0.02, 14),
}


def read(name):
    delay, value = SENSORS[name]
    sleep(delay)
    if value < 10:
        raise AssertionError("%s never answers in time" % name)
    return value


def poll():
    readings = {}
    for name in SENSORS:
        with Timeout(SHARE, False):
            readings[name] = read(name)
            continue
        # Only reached when the time was up
        print("%s: no answer" % name)
    return readings


def wait_for_quiet(log):
    """Watches the log until nothing was added for a while; gives up silently."""
    rounds = 0
    with Timeout(0.1, False):
        while True:
            rounds += 1
            log.append(rounds)
            sleep(0.03)
    return rounds


if __name__ == "__main__":
    for name, value in poll().items():
        print("%s: %d" % (name, value))
    log = []
    print("rounds match the log:", wait_for_quiet(log) == len(log))
    # The block may fail for another reason, which is not hidden
    try:
        with Timeout(1, False):
            SENSORS["attic"]
    except KeyError as missing:
        print("no such sensor:", missing)
