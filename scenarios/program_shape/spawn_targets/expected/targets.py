import asyncio
import functools
from operator import methodcaller

from aio_green import spawn


async def double(number, pause=0.01):
    await asyncio.sleep(pause)
    return number * 2


def shout(text):
    return text.upper()


class Greeter:
    greeting = "hello"

    def __init__(self, name):
        self.name = name

    async def __call__(self, times=1):
        await asyncio.sleep(0.01)
        return " ".join([self.greeting + " " + self.name] * times)

    async def greet(self):
        return await self(2)

    @classmethod
    async def polite(cls, name):
        await asyncio.sleep(0.01)
        return "good morning " + name

    @staticmethod
    async def wave(*names, **options):
        await asyncio.sleep(0)
        return "%s: %s" % (options.get("hand", "right"), "+".join(names))


COMMANDS = {"double": double, "shout": shout, "wave": Greeter.wave}


def run_command(name, *args, **options):
    return spawn(COMMANDS[name], *args, **options)


async def outer(base):
    total = base

    async def inner(amount):
        nonlocal total
        await asyncio.sleep(0.01)
        total += amount
        return total

    threads = [asyncio.create_task(inner(amount)) for amount in (1, 2)]
    return [await thread for thread in threads], total


async def main():
    ann = Greeter("ann")

    async def call_double():
        return await double(4) + 1

    threads = [
        spawn(double, 1),
        spawn(double, number=2, pause=0),
        spawn(functools.partial(double, 3), pause=0.02),
        spawn(call_double),
        spawn(ann),
        spawn(ann, times=2),
        spawn(ann.greet),
        spawn(Greeter.polite, "bob"),
        spawn(getattr(ann, "greet")),
        spawn(len, "four"),
        spawn(methodcaller("title"), "some words"),
        spawn(shout if threads_wanted() else double, "loud"),
        run_command("double", 5),
        run_command("shout", "no"),
        run_command("wave", "cy", "di", hand="left"),
    ]
    for thread in threads:
        print(await thread.wait())
    print((await spawn(Greeter, "eve").wait()).name)
    print(*await outer(10))


def threads_wanted():
    return True


if __name__ == "__main__":
    asyncio.run(main())
