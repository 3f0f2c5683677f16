"""Sizes of folders, as `du` would say, from a slow disk."""
import eventlet

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


def read(path):
    eventlet.sleep(0.01)
    found = DISK[path]
    if isinstance(found, Exception):
        raise found
    return found


def size(path, seen=None):
    found = read(path)
    if seen is not None:
        seen.append(path)
    if isinstance(found, int):
        return found
    children = {name: eventlet.spawn(size, join(path, name), seen) for name in found}
    return sum(thread.wait() for thread in children.values())


def join(path, name):
    return path.rstrip("/") + "/" + name


def largest(path):
    """The name and size of the largest entry; what cannot be read does not count."""
    best = None, -1
    threads = [(name, eventlet.spawn(size, join(path, name))) for name in read(path)]
    for name, thread in threads:
        try:
            result = thread.wait()
        except PermissionError as error:
            print("skipping", error)
            continue
        best = max(best, (name, result), key=lambda pair: pair[1])
    return best


class Report:
    def __init__(self, *paths):
        self.paths = paths
        self.lines = {}

    def fill(self):
        def measure(path):
            try:
                self.lines[path] = "%5d" % size(path)
            except (PermissionError, KeyError) as error:
                self.lines[path] = "  ??? %s" % type(error).__name__
            return path

        done = [eventlet.spawn(measure, path) for path in self.paths]
        return [thread.wait() for thread in done] == list(self.paths)

    def __str__(self):
        return "\n".join("%s %s" % (self.lines[path], path) for path in self.paths)


if __name__ == "__main__":
    import eventlet.debug

    eventlet.debug.hub_exceptions(False)  # errors are shown in the report
    seen = []
    print(size("/home", seen))
    print(len(seen), seen[0], seen[-1])
    print(*largest("/"))
    report = Report("/home/ann", "/home/bob", "/var", "/lost")
    print(report.fill())
    print(report)
