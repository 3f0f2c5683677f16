import asyncio

from aio_green import Condition, Lock, RLock, Thread


class Account:
    def __init__(self, owner, balance):
        self.owner = owner
        self.balance = balance
        self.lock = RLock()

    async def deposit(self, amount):
        async with self.lock:
            before = self.balance
            await asyncio.sleep(0.005)  # a chance for everybody else
            self.balance = before + amount

    async def withdraw(self, amount):
        async with self.lock:
            if self.balance < amount:
                return False
            await self.deposit(-amount)  # takes the lock again
            return True


class Mailbox:
    """At most two letters; put waits for a place, take for a letter."""

    def __init__(self):
        self.letters = []
        self.changed = Condition()

    async def put(self, letter):
        async with self.changed:
            await self.changed.wait_for(lambda: len(self.letters) < 2)
            self.letters.append(letter)
            self.changed.notify_all()

    async def take(self):
        async with self.changed:
            while not self.letters:
                await self.changed.wait()
            letter = self.letters.pop(0)
            self.changed.notify_all()
            return letter


async def pay(source, target, amount, mailbox):
    done = await source.withdraw(amount)
    if done:
        await target.deposit(amount)
    await mailbox.put("%s -> %s: %d %s" % (source.owner, target.owner, amount, "paid" if done else "refused"))


async def main():
    ann, bob = Account("ann", 50), Account("bob", 0)
    mailbox = Mailbox()
    payments = [(ann, bob, 20), (ann, bob, 20), (ann, bob, 20), (bob, ann, 5)]
    threads = []
    for source, target, amount in payments:
        thread = Thread(target=pay, args=(source, target, amount, mailbox))
        await thread.start()
        threads.append(thread)
    letters = [await mailbox.take() for _ in payments]
    for thread in threads:
        await thread.join()
    for letter in sorted(letters):
        print(letter)
    print(ann.balance, bob.balance)

    door = Lock()
    print(await door.acquire(), door.locked(), await door.acquire(blocking=False), await door.acquire(timeout=0.01))
    door.release()
    print(door.locked())


if __name__ == "__main__":
    asyncio.run(main())
