import eventlet
eventlet.monkey_patch()

import logging
import sys
import threading
import time

import context


class UserFilter(logging.Filter):
    def filter(self, record):
        record.user = context.user()
        return True


handler = logging.StreamHandler(sys.stdout)
handler.addFilter(UserFilter())
handler.setFormatter(logging.Formatter("%(levelname)s [%(user)s] %(message)s"))
logger = logging.getLogger("service")
logger.addHandler(handler)
logger.setLevel(logging.INFO)


def load(item):
    time.sleep(0.15)
    logger.info("loaded %s", item)


def audit():
    # A thread of its own starts without a user
    logger.info("audit")


def serve(name, items, delay):
    time.sleep(delay)
    with context.serving(name):
        logger.info("start")
        for item in items:
            load(item)
        auditor = threading.Thread(target=audit)
        auditor.start()
        auditor.join()
        if not items:
            logger.warning("nothing to do")
    logger.info("%s is served", name)


def main():
    requests = [("ann", ["a1", "a2"], 0.0), ("bob", ["b1"], 0.05), ("cy", [], 0.1)]
    threads = [threading.Thread(target=serve, args=request) for request in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    logger.info("all served")


if __name__ == "__main__":
    main()
