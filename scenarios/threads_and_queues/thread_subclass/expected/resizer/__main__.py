import asyncio

from resizer import ResizeWorker
from resizer.aio_green import StdQueue

JOBS = [
    ("cat.png", 640, 480),
    ("dog.png", 800, 600),
    ("owl.png", 1024, 768),
    ("fox.png", 320, 240),
    ("elk.png", 1600, 1200),
]


async def main():
    inbox = StdQueue()
    results = []
    workers = [ResizeWorker("resizer-%d" % n, inbox, results) for n in range(2)]
    for worker in workers:
        await worker.start()
    for job in JOBS:
        await inbox.put(job)
    await inbox.join()
    print("alive:", [worker.is_alive() for worker in workers])
    for worker in workers:
        worker.stop()
    for worker in workers:
        await worker.join(timeout=1)
        print("%s stopped: %s, idle: %s" % (worker.name, not worker.is_alive(), worker.idle_polls > 0))
    for line in sorted(results):
        print(line)


if __name__ == "__main__":
    asyncio.run(main())
