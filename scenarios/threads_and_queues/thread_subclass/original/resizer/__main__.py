import queue

from resizer import ResizeWorker

JOBS = [
    ("cat.png", 640, 480),
    ("dog.png", 800, 600),
    ("owl.png", 1024, 768),
    ("fox.png", 320, 240),
    ("elk.png", 1600, 1200),
]


def main():
    inbox = queue.Queue()
    results = []
    workers = [ResizeWorker("resizer-%d" % n, inbox, results) for n in range(2)]
    for worker in workers:
        worker.start()
    for job in JOBS:
        inbox.put(job)
    inbox.join()
    print("alive:", [worker.is_alive() for worker in workers])
    for worker in workers:
        worker.stop()
    for worker in workers:
        worker.join(timeout=1)
        print("%s stopped: %s, idle: %s" % (worker.name, not worker.is_alive(), worker.idle_polls > 0))
    for line in sorted(results):
        print(line)


if __name__ == "__main__":
    main()
