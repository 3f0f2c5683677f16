"""Generators and iterators, one after the other, through pools."""
import eventlet
from eventlet import greenpool


def numbers(n):
    for i in range(n):
        eventlet.sleep(0)
        yield i


def square(x):
    eventlet.sleep(0.001 * (5 - x % 5))
    if x == 7:
        raise KeyError(x)
    return x * x


def batched(items, size):
    batch = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


class Stage:
    def __init__(self, source, pool):
        self.source = source
        self.pool = pool

    def __iter__(self):
        for value in self.pool.imap(square, self.source):
            yield value


def main():
    pool = eventlet.GreenPool(3)
    print([b for b in batched(Stage(numbers(6), pool), 4)])
    it = pool.imap(square, range(10))
    seen = []
    try:
        for v in it:
            seen.append(v)
    except KeyError as e:
        print('key', e, seen)
    pile = greenpool.GreenPile(2)
    for x in range(4):
        pile.spawn(square, x)
    print(list(pile))
    print(sum(x for x in numbers(5) if x % 2), max(numbers(4)), dict(zip(numbers(2), 'ab')))
    inner = eventlet.GreenPool()

    def outer(n):
        threads = [inner.spawn(square, i) for i in range(n)]
        return sum(t.wait() for t in threads)

    print(list(pool.starmap(lambda a, b: outer(a) + b, [(2, 1), (3, 2)])))
    print(pool.running(), pool.free(), pool.waiting())
    pool.resize(1)
    print(pool.size, pool.free())


if __name__ == "__main__":
    main()
