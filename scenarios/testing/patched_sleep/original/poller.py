import eventlet


class GaveUp(Exception):
    pass


def poll(ask, attempts=4, delay=1):
    """Asks until there is an answer, after longer and longer pauses."""
    for _ in range(attempts):
        answer = ask()
        if answer is not None:
            return answer
        eventlet.sleep(delay)
        delay = min(delay * 2, 60)
    raise GaveUp(attempts)


class Poller:
    def __init__(self, source):
        self.source = source
        self.thread = None

    def start(self):
        self.thread = eventlet.spawn(poll, self.source.read)

    def result(self):
        return self.thread.wait()
