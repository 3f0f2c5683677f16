"""A tool without green threads: each thread of the operating system makes its own store."""
import threading

from store import Store


def fill(results, name):
    store = Store()
    store.put(name, len(name))
    results[name] = store.get(name)


def main():
    results = {}
    for name in ("one", "three"):
        thread = threading.Thread(target=fill, args=(results, name))
        thread.start()
        thread.join()
    print(sorted(results.items()))
    store = Store()
    try:
        store.get("nothing")
    except KeyError as error:
        print("no", error)


main()
