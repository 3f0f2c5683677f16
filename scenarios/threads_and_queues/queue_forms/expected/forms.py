import asyncio
import queue as stdlib_queue

from aio_green import Queue


class Inbox:
    """`limit`: how many letters fit; None for any number."""

    def __init__(self, limit=None):
        self.letters = Queue(limit)

    async def post(self, letter, patience=None):
        try:
            if patience is None:
                self.letters.put_nowait(letter)
            else:
                await self.letters.put(letter, timeout=patience)
        except stdlib_queue.Full:
            return "full"
        return "posted"

    async def read(self, patience=0):
        try:
            return await self.letters.get(block=bool(patience), timeout=patience or None)
        except stdlib_queue.Empty:
            return "empty"


async def empty_later(inbox, delay):
    await asyncio.sleep(delay)
    return await inbox.read()


async def main():
    inbox = Inbox(limit=2)
    print([await inbox.post(letter) for letter in "abc"], inbox.letters.qsize(), inbox.letters.full())
    print(await inbox.post("d", patience=0.02))
    reader = asyncio.create_task(empty_later(inbox, 0.02))
    print(await inbox.post("e", patience=1), await reader)
    print([await inbox.read() for _ in range(3)], await inbox.read(patience=0.02))

    unlimited = Inbox()
    print([await unlimited.post(number) for number in range(3)], unlimited.letters.maxsize)
    inbox.letters.resize(1)
    print(await inbox.post("f"), await inbox.post("g"), inbox.letters.putting(), inbox.letters.getting())

    urgent = asyncio.PriorityQueue()
    for item in [(3, "sleep"), (1, "breathe"), (2, "eat")]:
        await urgent.put(item)
    print([(await urgent.get())[1] for _ in range(urgent.qsize())])

    plates = asyncio.LifoQueue(5)
    for plate in range(3):
        await plates.put(plate)
    print([await plates.get() for _ in range(3)], plates.empty())

    work = asyncio.Queue()
    await work.put("job")
    await work.get()
    work.task_done()
    await work.join()
    try:
        work.task_done()
    except ValueError as error:
        print(error)


if __name__ == "__main__":
    asyncio.run(main())
