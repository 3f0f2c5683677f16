import eventlet
eventlet.monkey_patch()

import threading
import time


class Account:
    def __init__(self, owner, balance):
        self.owner = owner
        self.balance = balance
        self.lock = threading.RLock()

    def deposit(self, amount):
        with self.lock:
            before = self.balance
            time.sleep(0.005)  # a chance for everybody else
            self.balance = before + amount

    def withdraw(self, amount):
        with self.lock:
            if self.balance < amount:
                return False
            self.deposit(-amount)  # takes the lock again
            return True


class Mailbox:
    """At most two letters; put waits for a place, take for a letter."""

    def __init__(self):
        self.letters = []
        self.changed = threading.Condition()

    def put(self, letter):
        with self.changed:
            self.changed.wait_for(lambda: len(self.letters) < 2)
            self.letters.append(letter)
            self.changed.notify_all()

    def take(self):
        with self.changed:
            while not self.letters:
                self.changed.wait()
            letter = self.letters.pop(0)
            self.changed.notify_all()
            return letter


def pay(source, target, amount, mailbox):
    done = source.withdraw(amount)
    if done:
        target.deposit(amount)
    mailbox.put("%s -> %s: %d %s" % (source.owner, target.owner, amount, "paid" if done else "refused"))


def main():
    ann, bob = Account("ann", 50), Account("bob", 0)
    mailbox = Mailbox()
    payments = [(ann, bob, 20), (ann, bob, 20), (ann, bob, 20), (bob, ann, 5)]
    threads = []
    for source, target, amount in payments:
        thread = threading.Thread(target=pay, args=(source, target, amount, mailbox))
        thread.start()
        threads.append(thread)
    letters = [mailbox.take() for _ in payments]
    for thread in threads:
        thread.join()
    for letter in sorted(letters):
        print(letter)
    print(ann.balance, bob.balance)

    door = threading.Lock()
    print(door.acquire(), door.locked(), door.acquire(blocking=False), door.acquire(timeout=0.01))
    door.release()
    print(door.locked())


if __name__ == "__main__":
    main()
