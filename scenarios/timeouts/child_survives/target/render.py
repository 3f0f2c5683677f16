"""Show a preview at once if it is ready; otherwise show it later: the work goes on in the background."""
import asyncio


class Renderer:
    def __init__(self):
        self.jobs = {}
        self.finished = []

    async def _render(self, name, seconds):
        await asyncio.sleep(seconds)
        self.finished.append(name)
        return "<%s>" % name

    def start(self, name, seconds):
        self.jobs[name] = asyncio.create_task(self._render(name, seconds))

    async def result(self, name, patience):
        try:
            async with asyncio.timeout(patience):
                return await asyncio.shield(self.jobs[name])
        except TimeoutError:
            return "(%s is being prepared)" % name


async def main():
    renderer = Renderer()
    renderer.start("cover", 0.02)
    renderer.start("poster", 0.5)
    for name in ("cover", "poster"):
        print(await renderer.result(name, patience=0.2))
    print("finished:", renderer.finished)
    print(await renderer.result("poster", patience=1))
    print("finished:", renderer.finished)


asyncio.run(main())
