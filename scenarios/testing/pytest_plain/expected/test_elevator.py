import pytest

from aio_green import GreenPool
from elevator import Elevator


async def ride(*floors):
    elevator = Elevator()
    return [await elevator.go(floor) for floor in floors]


@pytest.mark.asyncio
async def test_goes_up_and_down():
    assert await ride(3, 1, 1, 5) == [3, 1, 1, 5]


@pytest.mark.asyncio
async def test_unknown_floor():
    with pytest.raises(ValueError) as caught:
        await ride(2, 12)
    assert "12" in str(caught.value)


@pytest.mark.asyncio
@pytest.mark.xfail(raises=ValueError, strict=True)
async def test_cellar():
    await ride(-1)


@pytest.mark.asyncio
@pytest.mark.parametrize("size, target", [(3, 2), (6, 5)])
async def test_two_at_a_time(size, target):
    elevators = [Elevator(size) for _ in range(2)]
    pool = GreenPool()
    assert [item async for item in pool.imap(lambda elevator: elevator.go(target), elevators)] == [target, target]


class TestInspection:
    def setup_method(self):
        self.elevator = Elevator(4)

    @pytest.mark.asyncio
    async def test_inspection(self):
        assert await self.elevator.test_run()

    def test_new_one_is_at_the_bottom(self):
        assert self.elevator.floor == 0
