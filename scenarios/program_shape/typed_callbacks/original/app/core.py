from functools import partial
from typing import Callable, Dict, Iterator, List, Optional, Sequence, Tuple, Type

import eventlet
from eventlet.queue import Queue

from . import kinds
from .kinds import Handler, Notify, Options, Renderer

SINKS: Dict[str, Handler] = {}
PURE: Dict[str, kinds.Pure] = {}


def sink(name: str) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        SINKS[name] = handler
        return handler
    return register


@sink("slow")
def slow(text: str) -> str:
    eventlet.sleep(0)
    return "slow " + text


@sink("fast")
def fast(text: str) -> str:
    return "fast " + text


def double(value: int) -> int:
    return 2 * value


PURE["double"] = double


class Caller:
    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    def __call__(self, text: str) -> str:
        eventlet.sleep(0)
        return self.prefix + text


class Html:
    def render(self, value: int) -> str:
        eventlet.sleep(0)
        return "<%d>" % value


class Plain:
    def render(self, value: int) -> str:
        return str(value)


class Loud(Html):
    def render(self, value: int) -> str:
        return super().render(value).upper() + "!"


def shout(text: str, *, loud: bool = False) -> str:
    eventlet.sleep(0)
    return text.upper() if loud else text


def notify(notifier: Notify) -> str:
    return notifier("hello", loud=True)


def finish(options: Options) -> None:
    options["on_done"](options["name"])


def done(text: str) -> None:
    eventlet.sleep(0)
    print("done", text)


def convert(value: int) -> str:
    eventlet.sleep(0)
    return hex(value)


def apply_all(value: int, *converters: "kinds.Quoted") -> List[str]:
    return [converter(value) for converter in converters]


def show(renderers: Sequence[Renderer], kind: Type[Html] = Html) -> None:
    for renderer in renderers:
        print(renderer.render(3))
    print(kind().render(4))


def words() -> Iterator[str]:
    for word in ("a", "b"):
        eventlet.sleep(0)
        yield word


def consume(source: "kinds.Sources" = None) -> None:
    if source:
        for word in source():
            print(word)


class Worker:
    jobs: "Queue[Optional[Tuple[Callable[[str], str], str]]]"

    def __init__(self) -> None:
        self.jobs = Queue()
        self.log: List[str] = []

    def put(self, function: Callable[[str], str], argument: str) -> None:
        self.jobs.put((function, argument))

    def run(self) -> None:
        while True:
            job = self.jobs.get()
            if job is None:
                return
            function, argument = job
            self.log.append(function(argument))


def call(function: kinds.Anything, *args: object) -> object:
    return function(*args)


def main() -> None:
    for name in sorted(SINKS):
        print(SINKS[name]("text"))
    print(PURE["double"](4))
    print(notify(shout))
    finish({"on_done": done, "name": "job"})
    print(apply_all(255, convert, convert))
    show([Html(), Plain(), Loud()])
    consume(words)
    worker = Worker()
    thread = eventlet.spawn(worker.run)
    worker.put(Caller("> "), "called")
    worker.put(slow, "w")
    worker.put(partial(slow), "p")
    worker.jobs.put(None)
    thread.wait()
    print(worker.log)
    print(call(slow, "any"))
