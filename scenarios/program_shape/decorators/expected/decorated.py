import asyncio
import functools

from decorators import calls, counted, in_background, retry, traced


@retry(3)
@traced
async def flaky(state):
    await asyncio.sleep(0.005)
    state.append("tried")
    if len(state) < 3:
        raise ValueError("not yet")
    return len(state)


@counted
async def square(number):
    await asyncio.sleep(0.005)
    return number * number


@traced
async def pure(number):
    return number + 1


@in_background
async def index(name):
    """Index one document."""
    await asyncio.sleep(0.02)
    return "index of %s" % name


class Report:
    def __init__(self, title):
        self.title = title

    @property
    def heading(self):
        return self.title.upper()

    @staticmethod
    def rule(width):
        return "-" * width

    @classmethod
    @traced
    async def load(cls, title):
        await asyncio.sleep(0.005)
        return cls(title)

    @retry(times=2, on=(KeyError,))
    async def publish(self):
        await asyncio.sleep(0.005)
        raise KeyError(self.title)

    @functools.lru_cache(maxsize=None)
    def pages(self, lines):
        return -(-lines // 60)


async def main():
    print(await flaky([]), flaky.__name__)
    print(await square(3) + await square(4), square.count)
    print(await pure(1))
    documents = [index(name) for name in ("a", "b")]
    print([await document for document in documents], index.__doc__)
    report = await Report.load("sales")
    print(report.heading, Report.rule(5), report.pages(130))
    try:
        await report.publish()
    except KeyError as error:
        print("not published", error)
    print(" ".join(calls))


if __name__ == "__main__":
    asyncio.run(main())
