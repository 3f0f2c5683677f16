import asyncio
import logging
import sys

import context
from aio_green import Thread


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


async def load(item):
    await asyncio.sleep(0.15)
    logger.info("loaded %s", item)


def audit():
    # A thread of its own starts without a user
    logger.info("audit")


async def serve(name, items, delay):
    await asyncio.sleep(delay)
    with context.serving(name):
        logger.info("start")
        for item in items:
            await load(item)
        auditor = Thread(target=audit)
        await auditor.start()
        await auditor.join()
        if not items:
            logger.warning("nothing to do")
    logger.info("%s is served", name)


async def main():
    requests = [("ann", ["a1", "a2"], 0.0), ("bob", ["b1"], 0.05), ("cy", [], 0.1)]
    threads = [Thread(target=serve, args=request) for request in requests]
    for thread in threads:
        await thread.start()
    for thread in threads:
        await thread.join()
    logger.info("all served")


if __name__ == "__main__":
    asyncio.run(main())
