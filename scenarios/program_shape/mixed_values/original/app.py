"""Functions that are given green generators and lists, functions that switch and builtins, iterators of several classes."""
import eventlet


class Pages:
    """Iterates by a generator."""

    def __init__(self, last):
        self.last = last

    def __iter__(self):
        for number in range(self.last):
            eventlet.sleep(0)
            yield number


class Countdown:
    """Iterates by itself."""

    def __init__(self, start):
        self.left = start

    def __iter__(self):
        return self

    def __next__(self):
        eventlet.sleep(0)
        if self.left == 0:
            raise StopIteration()
        self.left -= 1
        return self.left


class Book:
    """Gives an iterator of another class."""

    def __init__(self, size):
        self.size = size

    def __iter__(self):
        return Countdown(self.size)


def numbers(n):
    for number in range(n):
        eventlet.sleep(0)
        yield number


def show(items):
    print([item for item in items])
    return items


def total(items):
    return sum(items)


def record(line):
    eventlet.sleep(0)
    print("recorded", line)


def call(function, value):
    return function(value)


def halved(number):
    eventlet.sleep(0)
    return number // 2


def position(letter):
    eventlet.sleep(0)
    return "bca".index(letter)


def main():
    show(numbers(3))
    show([5, 6])
    show(letter for letter in "ab")
    show(Pages(2))
    show(Book(3))
    print(total(numbers(4)), total((1, 2)), total(Countdown(3)))
    first, second = Book(2)
    print(first, second, *Pages(2))
    countdown = Countdown(3)
    print(next(countdown), list(countdown))
    for index, page in enumerate(Pages(2)):
        print(index, page)
    print(dict(zip("abc", Pages(2))), list(zip(numbers(2), Countdown(5))))
    print(list(map(halved, Pages(3))), list(filter(halved, [0, 1, 2])), sorted("cab", key=position))
    print(call(record, 1), call(len, "abc"), call(str, 2), call(lambda value: -value, 3))


if __name__ == "__main__":
    main()
