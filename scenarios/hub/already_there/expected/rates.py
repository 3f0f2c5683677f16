"""Exchange rates: the leaves are coroutines already, the rest follows."""
import eventlet
from eventlet.hubs import use_hub

use_hub("asyncio")
eventlet.monkey_patch()

import asyncio
import time

from eventlet.asyncio import spawn_for_awaitable

RATES = {"EUR": 1.0, "NOK": 11.5, "USD": 1.25}


async def fetch_rate(currency):
    await asyncio.sleep(0.02)
    return RATES[currency]


def convert(amount, source, target):
    """Still green: waits for the coroutines without blocking the others."""
    rates = [spawn_for_awaitable(fetch_rate(currency)) for currency in (source, target)]
    source_rate, target_rate = [rate.wait() for rate in rates]
    return round(amount / source_rate * target_rate, 2)


def heartbeat(beats):
    while True:
        beats.append(time.monotonic())
        time.sleep(0.005)


def main():
    beats = []
    heart = eventlet.spawn(heartbeat, beats)
    pool = eventlet.GreenPool()
    orders = [(100, "EUR", "NOK"), (23, "NOK", "USD"), (5, "USD", "EUR")]
    for order, result in zip(orders, pool.starmap(convert, orders)):
        print("%d %s = %.2f %s" % (order[0], order[1], result, order[2]))
    try:
        convert(1, "EUR", "XYZ")
    except KeyError as error:
        print("no rate for", error)
    print("the heart went on:", len(beats) > 2)
    heart.kill()


if __name__ == "__main__":
    main()
