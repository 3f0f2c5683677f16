import eventlet
from eventlet.dagpool import DAGPool

TARGETS = {"app": ["core", "ui"], "ui": ["core"], "core": [], "docs": []}


def build(name, results):
    needed = [part for part, _ in results]
    eventlet.sleep(0.01)
    return "%s(%s)" % (name, ",".join(sorted(needed)))


def main():
    pool = DAGPool()
    for name, needs in TARGETS.items():
        pool.spawn(name, needs, build)
    for name, result in sorted(pool.waitall().items()):
        print(name, result)


if __name__ == "__main__":
    main()
