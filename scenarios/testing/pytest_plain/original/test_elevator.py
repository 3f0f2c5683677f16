import eventlet
import pytest

from elevator import Elevator


def ride(*floors):
    elevator = Elevator()
    return [elevator.go(floor) for floor in floors]


def test_goes_up_and_down():
    assert ride(3, 1, 1, 5) == [3, 1, 1, 5]


def test_unknown_floor():
    with pytest.raises(ValueError) as caught:
        ride(2, 12)
    assert "12" in str(caught.value)


@pytest.mark.xfail(raises=ValueError, strict=True)
def test_cellar():
    ride(-1)


@pytest.mark.skipif(not hasattr(eventlet, "GreenPool"), reason="needs a pool")
@pytest.mark.parametrize("size, target", [(3, 2), (6, 5)])
def test_two_at_a_time(size, target):
    elevators = [Elevator(size) for _ in range(2)]
    pool = eventlet.GreenPool()
    assert list(pool.imap(lambda elevator: elevator.go(target), elevators)) == [target, target]


class TestInspection:
    def setup_method(self):
        self.elevator = Elevator(4)

    def test_inspection(self):
        assert self.elevator.test_run()

    def test_new_one_is_at_the_bottom(self):
        assert self.elevator.floor == 0
