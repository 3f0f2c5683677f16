import asyncio

import stages

LINES = """\
rent = 800
food = 120
food = 35
travel = forty
books = 18
food = 12
rent = 800""".splitlines()


async def run(lines):
    raw, records = stages.make_queue(), stages.make_queue(depth=1)
    ledger, errors = {}, []
    green_threads = [
        asyncio.create_task(stages.read(lines, raw)),
        asyncio.create_task(stages.parse(raw, records, errors)),
        asyncio.create_task(stages.store(records, ledger)),
    ]
    counts = [await gt for gt in green_threads]
    return counts, ledger, errors


if __name__ == "__main__":
    counts, ledger, errors = asyncio.run(run(LINES))
    print("read %d, parsed %d, accounts %d" % tuple(counts))
    for name in sorted(ledger):
        print("%-8s %5d" % (name, ledger[name]))
    for error in errors:
        print("error:", error)
