from eventlet import patcher

patcher.monkey_patch()

import threading
import time
from queue import Queue

samples = Queue()


def sample(source, period):
    """Runs as long as the program does."""
    number = 0
    while True:
        samples.put((source, number))
        number += 1
        time.sleep(period)


def start(source, period):
    thread = threading.Thread(target=sample, name=source, args=(source,), kwargs={"period": period})
    thread.daemon = True
    thread.start()
    return thread


threads = [start("cpu", 0.02), start("disk", 60)]
seen = {}
for _ in range(4):
    source, number = samples.get()
    seen[source] = number
print(sorted(seen.items()))
print([thread.name for thread in threads if thread.is_alive()])
