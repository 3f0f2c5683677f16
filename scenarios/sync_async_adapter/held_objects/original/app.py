"""One store for all green threads, handed from function to function."""
import eventlet

from store import Report, Store

shared = Store()


def save(key):
    return shared.put(key, key.upper())


def private():
    """Runs in a green thread, and has a store of its own."""
    store = Store()
    store.put("own", 1)
    return store.get("own")


def main():
    saving = [eventlet.spawn(save, key) for key in "abc"]
    print([thread.wait() for thread in saving])
    print(Report(shared).line("b"))
    print(private())
    try:
        shared.get("missing")
    except KeyError as error:
        print("no", error)


if __name__ == "__main__":
    main()
