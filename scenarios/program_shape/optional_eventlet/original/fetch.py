"""Works with or without Eventlet; without, one thing after another."""
import time

try:
    import eventlet
except ImportError:
    eventlet = None


def fetch(name):
    # Imported here, since most users never get here
    from eventlet.timeout import Timeout

    try:
        with Timeout(0.05):
            eventlet.sleep(0.3 if name == "slow" else 0.01)
            return "contents of " + name
    except Timeout:
        return name + " is slow"


def fetch_all(names):
    if eventlet is not None:
        return list(eventlet.GreenPool().imap(fetch, names))
    results = []
    for name in names:
        time.sleep(0.01)
        results.append("contents of " + name)
    return results


if __name__ == "__main__":
    begin = time.monotonic()
    for line in fetch_all(["a", "slow", "b"]):
        print(line)
    print("in time:", time.monotonic() - begin < 0.28)
