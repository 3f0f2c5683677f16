import time

import eventlet

eventlet.monkey_patch()

from depot import files
from depot import settings as conf
from depot.settings import read_all


def reload(name):
    eventlet.sleep(0.01)
    conf.settings.load()
    print(name, "limits", conf.settings.limits)


def watch(ticks):
    for tick in range(4):
        time.sleep(0.005)
        ticks.append(tick)


def main():
    print("at import", conf.settings.limits, conf.everything)
    ticks = []
    watcher = eventlet.spawn(watch, ticks)
    reload("first")
    files.FILES["limits"] = ["5"]
    jobs = [eventlet.spawn(reload, name) for name in ("second", "third")]
    reader = eventlet.spawn(read_all, "names")
    for job in jobs:
        job.wait()
    watcher.wait()
    print("names", reader.wait(), "ticks", ticks)
    print("again", conf.read_all("limits"))
    print(len(files.log), "files read")


if __name__ == "__main__":
    main()
