"""Show a preview at once if it is ready; otherwise show it later: the work goes on in the background."""
import eventlet


class Renderer:
    def __init__(self):
        self.jobs = {}
        self.finished = []

    def _render(self, name, seconds):
        eventlet.sleep(seconds)
        self.finished.append(name)
        return "<%s>" % name

    def start(self, name, seconds):
        self.jobs[name] = eventlet.spawn(self._render, name, seconds)

    def result(self, name, patience):
        try:
            with eventlet.Timeout(patience):
                return self.jobs[name].wait()
        except eventlet.Timeout:
            return "(%s is being prepared)" % name


renderer = Renderer()
renderer.start("cover", 0.02)
renderer.start("poster", 0.5)
for name in ("cover", "poster"):
    print(renderer.result(name, patience=0.2))
print("finished:", renderer.finished)
print(renderer.result("poster", patience=1))
print("finished:", renderer.finished)
