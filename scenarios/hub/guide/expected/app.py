import eventlet
import eventlet.hubs
eventlet.hubs.use_hub("asyncio")
eventlet.monkey_patch()

import time


def work(name, delay):
    for number in range(2):
        time.sleep(delay)
        print(name, number)
    return name


threads = [eventlet.spawn(work, "slow", 0.2), eventlet.spawn(work, "fast", 0.05)]
for thread in threads:
    print(thread.wait(), "ended")
