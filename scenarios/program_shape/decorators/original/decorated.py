import functools

import eventlet

from decorators import calls, counted, in_background, retry, traced


@retry(3)
@traced
def flaky(state):
    eventlet.sleep(0.005)
    state.append("tried")
    if len(state) < 3:
        raise ValueError("not yet")
    return len(state)


@counted
def square(number):
    eventlet.sleep(0.005)
    return number * number


@traced
def pure(number):
    return number + 1


@in_background
def index(name):
    """Index one document."""
    eventlet.sleep(0.02)
    return "index of %s" % name


class Report:
    def __init__(self, title):
        self.title = title

    @property
    def heading(self):
        return self.title.upper()

    @staticmethod
    def rule(width):
        return "-" * width

    @classmethod
    @traced
    def load(cls, title):
        eventlet.sleep(0.005)
        return cls(title)

    @retry(times=2, on=(KeyError,))
    def publish(self):
        eventlet.sleep(0.005)
        raise KeyError(self.title)

    @functools.lru_cache(maxsize=None)
    def pages(self, lines):
        return -(-lines // 60)


def main():
    print(flaky([]), flaky.__name__)
    print(square(3) + square(4), square.count)
    print(pure(1))
    documents = [index(name) for name in ("a", "b")]
    print([document.wait() for document in documents], index.__doc__)
    report = Report.load("sales")
    print(report.heading, Report.rule(5), report.pages(130))
    try:
        report.publish()
    except KeyError as error:
        print("not published", error)
    print(" ".join(calls))


if __name__ == "__main__":
    main()
