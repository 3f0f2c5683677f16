from stamp import stamp

import asyncio

from glue import glue


async def fold(log):
    for number in range(3):
        log.append("fold %d" % number)
        await asyncio.sleep(0.02)


async def run(*jobs):
    log = []
    for thread in [asyncio.create_task(job(log)) for job in jobs]:
        await thread
    return log


async def main():
    print(await run(stamp, glue))
    print(await run(glue, fold))


if __name__ == "__main__":
    asyncio.run(main())
