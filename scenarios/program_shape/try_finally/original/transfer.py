from eventlet import spawn, sleep, kill
from eventlet import greenthread
import greenlet

log = []


class Locked(Exception):
    pass


def copy(name):
    sleep(0.01)
    if name == "locked":
        raise Locked(name)
    if name == "missing":
        raise FileNotFoundError(2, "no such file", name)
    return name + ".bak"


def guarded(name):
    # The await must stay inside the try
    try:
        return copy(name)
    except Locked as error:
        log.append("skip %s" % error)
        return None
    finally:
        log.append("leave %s" % name)


def chained(name):
    try:
        result = copy(name)
    except OSError as error:
        raise RuntimeError("cannot copy") from error
    else:
        sleep(0)
        log.append("copied %s" % result)
    finally:
        sleep(0.005)
        log.append("cleaned up")
    return result


def forever():
    try:
        while True:
            sleep(0.01)
    except greenlet.GreenletExit:
        log.append("killed")
        raise
    finally:
        log.append("closed")


def main():
    print(guarded("a"), guarded("locked"))
    print(chained("b"))
    try:
        chained("missing")
    except RuntimeError as error:
        print(error, "because of", error.__cause__.filename)

    worker = greenthread.spawn(forever)
    sleep(0.03)
    kill(worker)

    threads = [spawn(copy, name) for name in ("c", "locked", "d")]
    sleep(0.05)  # all of them have ended
    for thread in threads:
        try:
            print(thread.wait())
        except Locked as error:
            print("could not:", error)
    print("\n".join(log))


if __name__ == "__main__":
    import eventlet.debug
    eventlet.debug.hub_exceptions(False)
    main()
