import eventlet

import pkg
from pkg import Client as C
from pkg import Special


def work(client: C, n):
    return client.ask("work %d" % n).last


def main():
    client = C("main", size=7)
    pool = eventlet.GreenPool()
    for n in range(3):
        pool.spawn(work, client, n)
    pool.waitall()
    print(list(client.items("a", "b")), len(client), isinstance(client, pkg.Client))
    with client.session("x") as same:
        print(same is client, client.kind)
    print(Special("s").ask("why"))
    print(pkg.Client.local())
    client.close()


if __name__ == "__main__":
    main()
