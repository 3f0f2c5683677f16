import eventlet
from eventlet.green import time
from eventlet import patcher

# The driver blocks; this copy of it does not
barometer = eventlet.import_patched("barometer")
real_threading = patcher.original("threading")

events = []


def thermometer(count):
    for number in range(count):
        events.append("t%d" % number)
        time.sleep(0.02)


def pressure():
    device = barometer.Barometer([1013, 1009])
    values = device.read_all()
    events.append("p%s" % values)
    return values


def main():
    warm = eventlet.spawn(thermometer, 4)
    values = eventlet.spawn(pressure).wait()
    warm.wait()
    print("mean pressure", sum(values) / len(values))
    print("interleaved:", events.index("t3") < events.index("p[1013, 1009]"))
    print("main thread:", real_threading.current_thread() is real_threading.main_thread())
    print("patched:", patcher.is_monkey_patched("time"))


if __name__ == "__main__":
    main()
