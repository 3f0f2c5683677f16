import eventlet


class Pages:
    def __init__(self, last):
        self.last = last

    def __iter__(self):
        for number in range(self.last):
            eventlet.sleep(0)
            yield number


def numbers(n):
    for number in range(n):
        eventlet.sleep(0)
        yield number


def work(n):
    eventlet.sleep(0)
    return -n


def main():
    print(list(numbers(1)), list(Pages(1)))
    print(max([1, 2], key=work))


main()
