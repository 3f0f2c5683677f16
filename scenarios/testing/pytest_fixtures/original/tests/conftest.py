import eventlet
eventlet.monkey_patch()

import os
import sys

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), os.pardir))

from broker import Broker  # noqa: E402


@pytest.fixture
def broker():
    broker = Broker()
    yield broker
    broker.close()


@pytest.fixture
def received(broker):
    messages = []
    broker.subscribe("test", messages.append)
    return messages
