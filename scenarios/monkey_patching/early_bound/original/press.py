import eventlet
from stamp import stamp

eventlet.monkey_patch()

import time

from glue import glue


def fold(log):
    for number in range(3):
        log.append("fold %d" % number)
        time.sleep(0.02)


def run(*jobs):
    log = []
    for thread in [eventlet.spawn(job, log) for job in jobs]:
        thread.wait()
    return log


if __name__ == "__main__":
    print(run(stamp, glue))
    print(run(glue, fold))
