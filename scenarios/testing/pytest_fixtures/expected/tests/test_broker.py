import asyncio

import pytest

from aio_green import Timeout


async def wait_until(condition, patience=0.3):
    async with Timeout(patience):
        while not condition():
            await asyncio.sleep(0.005)


@pytest.mark.asyncio
@pytest.mark.parametrize("count", [1, 3])
async def test_delivers(broker, received, count):
    for number in range(count):
        await broker.publish(number)
    await wait_until(lambda: broker.delivered == count)
    assert received == list(range(count))


@pytest.mark.asyncio
async def test_every_subscriber_gets_it(broker, received):
    others = []
    await broker.subscribe("other", others.append)
    await broker.publish("hello")
    await wait_until(lambda: broker.delivered == 2)
    assert received == others == ["hello"]


@pytest.mark.asyncio
async def test_nobody_listens(broker):
    with pytest.raises(LookupError, match="nobody"):
        await broker.publish("hello")


@pytest.mark.asyncio
async def test_close_waits_for_the_rest(broker, received):
    await broker.publish("last words")
    await broker.close()
    assert received == ["last words"]


class TestPatience:
    @pytest.mark.asyncio
    async def test_runs_out(self):
        with pytest.raises(Timeout):
            await wait_until(lambda: False, patience=0.02)

    def test_plain(self):
        assert 1 + 1 == 2
