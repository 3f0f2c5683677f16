import eventlet

eventlet.monkey_patch()

from kvlib import Client, KeyValueError


def count(name, times):
    with Client() as client:
        for _ in range(times):
            value = client.increment(name)
        return name, value


def main():
    pool = eventlet.GreenPool()
    for name, value in pool.starmap(count, [("green", 3), ("blue", 2)]):
        print(name, value)
    client = Client()
    try:
        client.command("DELETE everything")
    except KeyValueError as error:
        print("refused:", error)
    finally:
        client.close()
    print(Client.check_key("a key"))


if __name__ == "__main__":
    main()
