"""Sizes of folders, as `du` would say, from a slow disk."""
import asyncio

from aio_green import hub_exceptions

DISK = {
    "/": ["home", "var", "README"],
    "/home": ["ann", "bob"],
    "/home/ann": ["notes", "photos"],
    "/home/ann/photos": ["cat.jpg", "dog.jpg"],
    "/home/bob": [],
    "/var": ["log"],
    "/README": 7,
    "/home/ann/notes": 20,
    "/home/ann/photos/cat.jpg": 300,
    "/home/ann/photos/dog.jpg": 400,
    "/var/log": PermissionError("/var/log"),
}


async def read(path):
    await asyncio.sleep(0.01)
    found = DISK[path]
    if isinstance(found, Exception):
        raise found
    return found


async def size(path, seen=None):
    found = await read(path)
    if seen is not None:
        seen.append(path)
    if isinstance(found, int):
        return found
    children = {name: asyncio.create_task(size(join(path, name), seen)) for name in found}
    return sum([await thread for thread in children.values()])


def join(path, name):
    return path.rstrip("/") + "/" + name


async def largest(path):
    """The name and size of the largest entry; what cannot be read does not count."""
    best = None, -1
    threads = [(name, asyncio.create_task(size(join(path, name)))) for name in await read(path)]
    for name, thread in threads:
        try:
            result = await thread
        except PermissionError as error:
            print("skipping", error)
            continue
        best = max(best, (name, result), key=lambda pair: pair[1])
    return best


class Report:
    def __init__(self, *paths):
        self.paths = paths
        self.lines = {}

    async def fill(self):
        async def measure(path):
            try:
                self.lines[path] = "%5d" % await size(path)
            except (PermissionError, KeyError) as error:
                self.lines[path] = "  ??? %s" % type(error).__name__
            return path

        done = [asyncio.create_task(measure(path)) for path in self.paths]
        return [await thread for thread in done] == list(self.paths)

    def __str__(self):
        return "\n".join("%s %s" % (self.lines[path], path) for path in self.paths)


async def main():
    print(await size("/home", seen))
    print(len(seen), seen[0], seen[-1])
    print(*await largest("/"))
    report = Report("/home/ann", "/home/bob", "/var", "/lost")
    print(await report.fill())
    print(report)


if __name__ == "__main__":

    hub_exceptions(False)  # errors are shown in the report
    seen = []
    asyncio.run(main())
