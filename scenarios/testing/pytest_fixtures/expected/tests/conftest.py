import os
import sys

import pytest_asyncio

sys.path.insert(0, os.path.join(os.path.dirname(__file__), os.pardir))

from broker import Broker  # noqa: E402


@pytest_asyncio.fixture
async def broker():
    broker = Broker()
    yield broker
    await broker.close()


@pytest_asyncio.fixture
async def received(broker):
    messages = []
    await broker.subscribe("test", messages.append)
    return messages
