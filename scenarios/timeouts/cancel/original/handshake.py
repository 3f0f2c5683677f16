"""A handshake must be finished in time; the session after it may last as long as it likes."""
import eventlet


def handshake(steps, pace):
    for step in steps:
        eventlet.sleep(pace)
        print("  %s" % step)


def session(steps, pace, length):
    timeout = eventlet.Timeout(0.25)
    try:
        handshake(steps, pace)
        timeout.cancel()  # from here on there is no limit
        eventlet.sleep(length)
        print("  session ended, limit pending:", timeout.pending)
        return "ok"
    except eventlet.Timeout:
        return "handshake timed out"
    finally:
        timeout.cancel()


def idle_session(messages):
    """Every message gives the peer another 0.1 s."""
    received = 0
    idle = eventlet.Timeout(0.1)
    try:
        for pause in messages:
            eventlet.sleep(pause)
            received += 1
            idle.cancel()
            idle.start()
        return "all of %d" % received
    except eventlet.Timeout as t:
        assert t is idle
        return "idle after %d" % received
    finally:
        idle.cancel()


if __name__ == "__main__":
    print(session(["hello", "key", "ready"], pace=0.02, length=0.25))
    print(session(["hello"] + ["retry"] * 10, pace=0.1, length=0.01))
    print(idle_session([0.03, 0.03, 0.03, 0.03]))
    print(idle_session([0.03, 0.03, 0.3, 0.03]))
