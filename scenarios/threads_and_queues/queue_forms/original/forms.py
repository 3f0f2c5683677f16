import queue as stdlib_queue

import eventlet
from eventlet import queue


class Inbox:
    """`limit`: how many letters fit; None for any number."""

    def __init__(self, limit=None):
        self.letters = queue.Queue(limit)

    def post(self, letter, patience=None):
        try:
            if patience is None:
                self.letters.put_nowait(letter)
            else:
                self.letters.put(letter, timeout=patience)
        except queue.Full:
            return "full"
        return "posted"

    def read(self, patience=0):
        try:
            return self.letters.get(block=bool(patience), timeout=patience or None)
        except stdlib_queue.Empty:
            return "empty"


def empty_later(inbox, delay):
    eventlet.sleep(delay)
    return inbox.read()


def main():
    inbox = Inbox(limit=2)
    print([inbox.post(letter) for letter in "abc"], inbox.letters.qsize(), inbox.letters.full())
    print(inbox.post("d", patience=0.02))
    reader = eventlet.spawn(empty_later, inbox, 0.02)
    print(inbox.post("e", patience=1), reader.wait())
    print([inbox.read() for _ in range(3)], inbox.read(patience=0.02))

    unlimited = Inbox()
    print([unlimited.post(number) for number in range(3)], unlimited.letters.maxsize)
    inbox.letters.resize(1)
    print(inbox.post("f"), inbox.post("g"), inbox.letters.putting(), inbox.letters.getting())

    urgent = eventlet.queue.PriorityQueue()
    for item in [(3, "sleep"), (1, "breathe"), (2, "eat")]:
        urgent.put(item)
    print([urgent.get()[1] for _ in range(urgent.qsize())])

    plates = queue.LifoQueue(5)
    for plate in range(3):
        plates.put(plate)
    print([plates.get() for _ in range(3)], plates.empty())

    work = eventlet.Queue()
    work.put("job")
    work.get()
    work.task_done()
    work.join()
    try:
        work.task_done()
    except ValueError as error:
        print(error)


if __name__ == "__main__":
    main()
