import eventlet
eventlet.monkey_patch()

import time
from concurrent.futures import ThreadPoolExecutor, as_completed

SIZES = {"a.jpg": 30, "b.jpg": 10, "broken.jpg": 0, "c.jpg": 20}


def measure(name):
    time.sleep(0.02)
    return SIZES[name]


def shrink(name):
    size = measure(name)
    if not size:
        raise ValueError("%s is empty" % name)
    # the bigger the picture, the longer it takes
    time.sleep(size / 200)
    return name, size // 2


def main():
    with ThreadPoolExecutor(max_workers=4) as executor:
        for name, size in zip(SIZES, executor.map(measure, SIZES)):
            print("%s has %d kB" % (name, size))

        futures = {executor.submit(shrink, name): name for name in SIZES}
        done, failed = [], []
        for future in as_completed(futures):
            try:
                done.append(future.result())
            except ValueError as error:
                failed.append((futures[future], str(error)))
    for name, size in done:
        print("shrunk %s to %d kB" % (name, size))
    for name, reason in failed:
        print("skipped %s: %s" % (name, reason))


if __name__ == "__main__":
    main()
