#!/usr/bin/env python

import asyncio
import os

from shipper.aio_green import spawn
from shipper.batch import Batch

LINES = ["disk sda is 91% full", "user bob logged in", "fan 2 stopped"]
heartbeats = 0


async def heartbeat():
    global heartbeats
    while True:
        heartbeats += 1
        await asyncio.sleep(0.005)


async def main():
    beat = spawn(heartbeat)
    batch = Batch(os.environ["COLLECTOR"])
    print("sent %d lines" % await batch.send(LINES))
    for line, ack in zip(LINES, batch.acks):
        print("%s: %s" % (ack, line))
    await beat.kill()
    print("the heart went on:", heartbeats > 3)


if __name__ == "__main__":
    asyncio.run(main())
