"""A tiny event bus and its subscribers."""
import asyncio
import functools
from collections import defaultdict

from aio_green import spawn


class Bus:
    def __init__(self):
        self._handlers = defaultdict(list)
        self.done = 0

    def on(self, topic):
        """Decorator that subscribes a function."""
        def subscribe(handler):
            self._handlers[topic].append(handler)
            return handler
        return subscribe

    def subscribe(self, topic, handler):
        self._handlers[topic].append(handler)

    async def publish(self, topic, payload):
        """One after another; returns the answers of those who have one."""
        answers = []
        for handler in self._handlers[topic]:
            answer = await handler(payload)
            if answer is not None:
                answers.append(answer)
        return answers

    def publish_later(self, topic, payload):
        thread = spawn(self.publish, topic, payload)
        thread.link(self._finished, topic)
        return thread

    def _finished(self, thread, topic):
        # Runs when the green thread has ended, well or not
        self.done += 1
        print("%s handled, %d so far" % (topic, self.done))


bus = Bus()


@bus.on("order")
async def bill(order):
    await asyncio.sleep(0.02)
    return "bill for %s" % order


@bus.on("order")
@bus.on("refund")
async def count(order):
    count.calls += 1


count.calls = 0


class Warehouse:
    def __init__(self, bus):
        self.stock = {"tea": 2}
        bus.subscribe("order", self.pick)
        bus.subscribe("refund", functools.partial(self.put_back, amount=1))

    async def pick(self, order):
        await asyncio.sleep(0.01)
        self.stock[order] -= 1
        return "%d left" % self.stock[order]

    async def put_back(self, order, amount):
        self.stock[order] += amount
        return "%d in stock" % self.stock[order]


def priority(answer):
    """Used as a sort key, which can not wait."""
    return len(answer), answer


async def main():
    Warehouse(bus)
    print(sorted(await bus.publish("order", "tea"), key=priority))
    threads = [bus.publish_later("order", "tea"), bus.publish_later("refund", "tea")]
    for thread in threads:
        print(sorted(await thread.wait(), key=priority))
    print("calls", count.calls)


if __name__ == "__main__":
    asyncio.run(main())
