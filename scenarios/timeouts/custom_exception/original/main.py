import eventlet
from eventlet.timeout import Timeout

from errors import BackendError, BackendTooSlow


def query(service, duration):
    eventlet.sleep(duration)
    if service == "stock":
        raise BackendError("stock is closed")
    return "%s answered" % service


def ask(service, duration, limit=0.1):
    with Timeout(limit, BackendTooSlow(service, limit)):
        return query(service, duration)


def ask_with_class(service, duration):
    with Timeout(0.05, BackendTooSlow):
        return query(service, duration)


def report(question, *args):
    try:
        print(question(*args))
    except BackendTooSlow as slow:
        print("slow:", slow)
    except BackendError as error:
        print("failed:", error)
    finally:
        print("asked", args[0])


report(ask, "price", 0.01)
report(ask, "rating", 0.2)
report(ask, "rating", 0.03, 0.02)
report(ask_with_class, "reviews", 0.2)
report(ask, "stock", 0.01)
