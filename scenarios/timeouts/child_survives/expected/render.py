"""Show a preview at once if it is ready; otherwise show it later: the work goes on in the background."""
import asyncio

from aio_green import Timeout, spawn


class Renderer:
    def __init__(self):
        self.jobs = {}
        self.finished = []

    async def _render(self, name, seconds):
        await asyncio.sleep(seconds)
        self.finished.append(name)
        return "<%s>" % name

    def start(self, name, seconds):
        self.jobs[name] = spawn(self._render, name, seconds)

    async def result(self, name, patience):
        try:
            async with Timeout(patience):
                return await self.jobs[name].wait()
        except Timeout:
            return "(%s is being prepared)" % name


renderer = Renderer()


async def main():
    renderer.start("cover", 0.02)
    renderer.start("poster", 0.5)
    for name in ("cover", "poster"):
        print(await renderer.result(name, patience=0.2))
    print("finished:", renderer.finished)
    print(await renderer.result("poster", patience=1))
    print("finished:", renderer.finished)


asyncio.run(main())
