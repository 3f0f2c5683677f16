import functools
from operator import methodcaller

import eventlet
from eventlet import spawn as start


def double(number, pause=0.01):
    eventlet.sleep(pause)
    return number * 2


def shout(text):
    return text.upper()


class Greeter:
    greeting = "hello"

    def __init__(self, name):
        self.name = name

    def __call__(self, times=1):
        eventlet.sleep(0.01)
        return " ".join([self.greeting + " " + self.name] * times)

    def greet(self):
        return self(2)

    @classmethod
    def polite(cls, name):
        eventlet.sleep(0.01)
        return "good morning " + name

    @staticmethod
    def wave(*names, **options):
        eventlet.sleep(0)
        return "%s: %s" % (options.get("hand", "right"), "+".join(names))


COMMANDS = {"double": double, "shout": shout, "wave": Greeter.wave}


def run_command(name, *args, **options):
    return start(COMMANDS[name], *args, **options)


def outer(base):
    total = base

    def inner(amount):
        nonlocal total
        eventlet.sleep(0.01)
        total += amount
        return total

    threads = [start(inner, amount) for amount in (1, 2)]
    return [thread.wait() for thread in threads], total


def main():
    ann = Greeter("ann")
    threads = [
        start(double, 1),
        start(double, number=2, pause=0),
        start(functools.partial(double, 3), pause=0.02),
        start(lambda: double(4) + 1),
        start(ann),
        start(ann, times=2),
        start(ann.greet),
        start(Greeter.polite, "bob"),
        start(getattr(ann, "greet")),
        start(len, "four"),
        start(methodcaller("title"), "some words"),
        start(shout if threads_wanted() else double, "loud"),
        run_command("double", 5),
        run_command("shout", "no"),
        run_command("wave", "cy", "di", hand="left"),
    ]
    for thread in threads:
        print(thread.wait())
    print(start(Greeter, "eve").wait().name)
    print(*outer(10))


def threads_wanted():
    return True


if __name__ == "__main__":
    main()
