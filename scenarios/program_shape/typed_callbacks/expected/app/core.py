import asyncio
from functools import partial
from typing import AsyncIterator, Awaitable, Callable, Dict, List, Optional, Sequence, Tuple, Type

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
async def slow(text: str) -> str:
    await asyncio.sleep(0)
    return "slow " + text


@sink("fast")
async def fast(text: str) -> str:
    return "fast " + text


def double(value: int) -> int:
    return 2 * value


PURE["double"] = double


class Caller:
    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    async def __call__(self, text: str) -> str:
        await asyncio.sleep(0)
        return self.prefix + text


class Html:
    async def render(self, value: int) -> str:
        await asyncio.sleep(0)
        return "<%d>" % value


class Plain:
    async def render(self, value: int) -> str:
        return str(value)


class Loud(Html):
    async def render(self, value: int) -> str:
        return (await super().render(value)).upper() + "!"


async def shout(text: str, *, loud: bool = False) -> str:
    await asyncio.sleep(0)
    return text.upper() if loud else text


async def notify(notifier: Notify) -> str:
    return await notifier("hello", loud=True)


async def finish(options: Options) -> None:
    await options["on_done"](options["name"])


async def done(text: str) -> None:
    await asyncio.sleep(0)
    print("done", text)


async def convert(value: int) -> str:
    await asyncio.sleep(0)
    return hex(value)


async def apply_all(value: int, *converters: "kinds.Quoted") -> List[str]:
    return [await converter(value) for converter in converters]


async def show(renderers: Sequence[Renderer], kind: Type[Html] = Html) -> None:
    for renderer in renderers:
        print(await renderer.render(3))
    print(await kind().render(4))


async def words() -> AsyncIterator[str]:
    for word in ("a", "b"):
        await asyncio.sleep(0)
        yield word


async def consume(source: "kinds.Sources" = None) -> None:
    if source:
        async for word in source():
            print(word)


class Worker:
    jobs: "asyncio.Queue[Optional[Tuple[Callable[[str], Awaitable[str]], str]]]"

    def __init__(self) -> None:
        self.jobs = asyncio.Queue()
        self.log: List[str] = []

    async def put(self, function: Callable[[str], Awaitable[str]], argument: str) -> None:
        await self.jobs.put((function, argument))

    async def run(self) -> None:
        while True:
            job = await self.jobs.get()
            if job is None:
                return
            function, argument = job
            self.log.append(await function(argument))


async def call(function: kinds.Anything, *args: object) -> object:
    return await function(*args)


async def main() -> None:
    for name in sorted(SINKS):
        print(await SINKS[name]("text"))
    print(PURE["double"](4))
    print(await notify(shout))
    await finish({"on_done": done, "name": "job"})
    print(await apply_all(255, convert, convert))
    await show([Html(), Plain(), Loud()])
    await consume(words)
    worker = Worker()
    thread = asyncio.create_task(worker.run())
    await worker.put(Caller("> "), "called")
    await worker.put(slow, "w")
    await worker.put(partial(slow), "p")
    await worker.jobs.put(None)
    await thread
    print(worker.log)
    print(await call(slow, "any"))
