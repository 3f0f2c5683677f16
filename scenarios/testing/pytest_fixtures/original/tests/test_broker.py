import time

import eventlet
import pytest


def wait_until(condition, patience=0.3):
    with eventlet.Timeout(patience):
        while not condition():
            time.sleep(0.005)


@pytest.mark.parametrize("count", [1, 3])
def test_delivers(broker, received, count):
    for number in range(count):
        broker.publish(number)
    wait_until(lambda: broker.delivered == count)
    assert received == list(range(count))


def test_every_subscriber_gets_it(broker, received):
    others = []
    broker.subscribe("other", others.append)
    broker.publish("hello")
    wait_until(lambda: broker.delivered == 2)
    assert received == others == ["hello"]


def test_nobody_listens(broker):
    with pytest.raises(LookupError, match="nobody"):
        broker.publish("hello")


def test_close_waits_for_the_rest(broker, received):
    broker.publish("last words")
    broker.close()
    assert received == ["last words"]


class TestPatience:
    def test_runs_out(self):
        with pytest.raises(eventlet.Timeout):
            wait_until(lambda: False, patience=0.02)

    def test_plain(self):
        assert 1 + 1 == 2
