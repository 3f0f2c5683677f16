"""What may be asynchronous or plain, and the asynchronous forms of builtins."""

from __future__ import annotations

import asyncio
import inspect
import itertools
from collections.abc import AsyncIterator

import harness
import pytest
from running import asyncio_run, double


def test_awaited_is_a_coroutine_function_for_any_callable() -> None:
    green = harness.load_helper(["awaited"])

    async def times(value: int, by: int = 2) -> int:
        return value * by

    async def main() -> None:
        assert await green.awaited(times, 4) == 8
        assert await green.awaited(lambda: times(1, by=3)) == 3
        assert await green.awaited(int, "7", base=8) == 7

    assert inspect.iscoroutinefunction(green.awaited)
    asyncio_run(main)


def test_settled_awaits_what_can_be_awaited() -> None:
    green = harness.load_helper(["settled"])

    async def main() -> None:
        task = asyncio.ensure_future(double(2))
        found = [await green.settled(value) for value in (1, None, double(1), task)]
        assert found == [1, None, 2, 4]

    asyncio_run(main)


def test_iterate_takes_both_kinds_of_iterables() -> None:
    green = harness.load_helper(["iterate"])

    async def numbers() -> AsyncIterator[int]:
        for number in range(2):
            await asyncio.sleep(0)
            yield number

    async def main() -> None:
        sources = [numbers(), [0, 1], iter((0, 1)), range(2), {0: "a", 1: "b"}]
        for items in sources:
            assert [item async for item in green.iterate(items)] == [0, 1]
        source = iter("ab")
        assert [await green.iterate(source).__anext__() for _ in range(2)] == ["a", "b"]
        generator = numbers()
        assert green.iterate(generator) is generator

    asyncio_run(main)


def test_azip_and_aenumerate_take_one_item_after_the_other() -> None:
    green = harness.load_helper(["azip", "aenumerate"])
    taken: list[int] = []

    async def numbers() -> AsyncIterator[int]:
        for number in range(9):
            await asyncio.sleep(0)
            taken.append(number)
            yield number

    async def main() -> None:
        pairs = green.azip("ab", numbers())
        assert [pair async for pair in pairs] == [("a", 0), ("b", 1)] == list(zip("ab", range(9)))
        assert taken == [0, 1]
        assert [pair async for pair in green.azip()] == list(zip())
        counted = green.aenumerate(numbers(), 5)
        assert [await counted.__anext__() for _ in range(2)] == [(5, 0), (6, 1)]
        await counted.aclose()

    asyncio_run(main)


@pytest.mark.parametrize(
    "bounds", [(0,), (3,), (20,), (None,), (2, 5), (2, None), (0, None, 3), (1, 8, 3), (5, 2)], ids=str
)
def test_aislice_takes_what_islice_takes(bounds: tuple[int | None, ...]) -> None:
    green = harness.load_helper(["aislice"])
    plain = iter(range(9))
    expected = list(itertools.islice(plain, *bounds)), list(plain)

    async def numbers() -> AsyncIterator[int]:
        for number in range(9):
            await asyncio.sleep(0)
            yield number

    async def main() -> None:
        rest = numbers()
        selected = [item async for item in green.aislice(rest, *bounds)]
        assert (selected, [item async for item in rest]) == expected

    asyncio_run(main)


def test_achain_goes_from_one_iterable_to_the_next() -> None:
    green = harness.load_helper(["achain"])

    async def numbers() -> AsyncIterator[int]:
        for number in range(2):
            await asyncio.sleep(0)
            yield number

    async def main() -> None:
        chained = green.achain("ab", numbers(), [])
        assert [item async for item in chained] == ["a", "b", 0, 1]
        assert [item async for item in green.achain()] == []

    asyncio_run(main)


def test_amap_and_afilter_call_functions_of_both_kinds() -> None:
    green = harness.load_helper(["amap", "afilter"])

    async def numbers() -> AsyncIterator[int]:
        for number in range(3):
            await asyncio.sleep(0)
            yield number

    async def main() -> None:
        assert [item async for item in green.amap(double, numbers())] == [0, 2, 4]
        assert [item async for item in green.amap(pow, [2, 3], numbers())] == [1, 3]
        assert [item async for item in green.afilter(None, numbers())] == [1, 2]
        assert [item async for item in green.afilter(lambda n: n < 2, numbers())] == [0, 1]

    asyncio_run(main)


def test_asorted_sorts_as_sorted() -> None:
    green = harness.load_helper(["asorted"])
    words = ["bb", "a", "cc", "ddd", "e"]

    async def length(word: str) -> int:
        await asyncio.sleep(0)
        return len(word)

    async def main() -> None:
        assert await green.asorted(words, key=length) == sorted(words, key=len)
        assert await green.asorted(words, key=length, reverse=True) == sorted(
            words, key=len, reverse=True
        )
        assert await green.asorted(words) == sorted(words)

    asyncio_run(main)


def test_imap_takes_asynchronous_iterables() -> None:
    green = harness.load_helper(["GreenPool"])

    async def numbers() -> AsyncIterator[int]:
        for number in range(3):
            await asyncio.sleep(0)
            yield number

    async def main() -> None:
        results = green.GreenPool(2).imap(lambda *args: args, numbers(), "abc")
        assert [result async for result in results] == [(0, "a"), (1, "b"), (2, "c")]

    asyncio_run(main)
