import time

import eventlet


class NoData(Exception):
    pass


limit = eventlet.Semaphore(2)


def build(day):
    with limit:
        time.sleep(0.01)
        if day == "never":
            raise NoData(day)
        return f"report of {day}"


def run(days):
    pool = eventlet.GreenPool(2)
    total = 0
    for text in pool.imap(build, days):
        print(text)
        total += len(text)
    return total
