import eventlet

import fetch


def patient(name, seconds):
    return fetch.page(name, seconds)


def impatient(name):
    try:
        with eventlet.Timeout(0.05):
            return fetch.page(name, 10)
    except eventlet.Timeout:
        return f"no {name} in time, open: {fetch.open_pages}"


def main():
    print(patient("start", 0.01))
    print(impatient("slow"))
    try:
        patient("lost", 0.01)
    except fetch.Gone as error:
        print("gone:", error)
    reader = eventlet.spawn(patient, "endless", 10)
    eventlet.sleep(0.02)
    print("open:", fetch.open_pages)
    reader.kill()
    print("open:", fetch.open_pages)
    try:
        reader.wait()
    except eventlet.greenlet.GreenletExit:
        print("killed")
    with eventlet.Timeout(0.02, False):
        patient("quiet", 10)
    print("open:", fetch.open_pages)
    early = eventlet.spawn(patient, "early", 10)
    early.kill()
    print("open:", fetch.open_pages)
    others = [eventlet.spawn(patient, name, 0.03) for name in ("a", "b", "c")]
    print([other.wait() for other in others])


if __name__ == "__main__":
    eventlet.monkey_patch()
    main()
