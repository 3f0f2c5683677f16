"""Nightly synchronization: one record after another; a bad record must not stop the others.

The job as a whole has a limit. eventlet.Timeout is not an Exception, so the handlers below, which
catch everything that a record can do wrong, let it pass.
"""
import asyncio

RECORDS = ["ok", "bad", "ok", "offline", "slow", "ok"]


async def push(record):
    await asyncio.sleep(0.01)
    if record == "bad":
        raise ValueError("bad record")
    if record == "offline":
        raise ConnectionRefusedError("nobody listens")
    if record == "slow":
        await asyncio.sleep(0.5)


async def push_with_retry(record, attempts=2):
    for attempt in range(1, attempts + 1):
        try:
            return await push(record)
        except OSError as error:
            print("  attempt %d: %s" % (attempt, error))
            if attempt == attempts:
                raise


async def synchronize(records):
    done = 0
    for number, record in enumerate(records):
        try:
            await push_with_retry(record)
            done += 1
        except Exception as error:
            print("record %d: %s: %s" % (number, type(error).__name__, error))
    return done


async def main():
    for records in (["ok", "bad"], RECORDS):
        try:
            async with asyncio.timeout(0.2):
                print("synchronized", await synchronize(records))
        except TimeoutError:
            print("the night is over")


asyncio.run(main())
