"""Nightly synchronization: one record after another; a bad record must not stop the others.

The job as a whole has a limit. eventlet.Timeout is not an Exception, so the handlers below, which
catch everything that a record can do wrong, let it pass.
"""
import eventlet

RECORDS = ["ok", "bad", "ok", "offline", "slow", "ok"]


def push(record):
    eventlet.sleep(0.01)
    if record == "bad":
        raise ValueError("bad record")
    if record == "offline":
        raise ConnectionRefusedError("nobody listens")
    if record == "slow":
        eventlet.sleep(0.5)


def push_with_retry(record, attempts=2):
    for attempt in range(1, attempts + 1):
        try:
            return push(record)
        except OSError as error:
            print("  attempt %d: %s" % (attempt, error))
            if attempt == attempts:
                raise


def synchronize(records):
    done = 0
    for number, record in enumerate(records):
        try:
            push_with_retry(record)
            done += 1
        except Exception as error:
            print("record %d: %s: %s" % (number, type(error).__name__, error))
    return done


def main():
    for records in (["ok", "bad"], RECORDS):
        try:
            with eventlet.Timeout(0.2):
                print("synchronized", synchronize(records))
        except eventlet.Timeout:
            print("the night is over")


main()
