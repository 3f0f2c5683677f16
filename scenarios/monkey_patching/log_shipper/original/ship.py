#!/usr/bin/env python
import eventlet

eventlet.monkey_patch()

import os
import time

from shipper.batch import Batch

LINES = ["disk sda is 91% full", "user bob logged in", "fan 2 stopped"]
heartbeats = 0


def heartbeat():
    global heartbeats
    while True:
        heartbeats += 1
        time.sleep(0.005)


def main():
    beat = eventlet.spawn(heartbeat)
    batch = Batch(os.environ["COLLECTOR"])
    print("sent %d lines" % batch.send(LINES))
    for line, ack in zip(LINES, batch.acks):
        print("%s: %s" % (ack, line))
    beat.kill()
    print("the heart went on:", heartbeats > 3)


if __name__ == "__main__":
    main()
