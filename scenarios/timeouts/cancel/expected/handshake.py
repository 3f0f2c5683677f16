"""A handshake must be finished in time; the session after it may last as long as it likes."""
import asyncio

from aio_green import Timeout


async def handshake(steps, pace):
    for step in steps:
        await asyncio.sleep(pace)
        print("  %s" % step)


async def session(steps, pace, length):
    try:
        async with Timeout(0.25) as timeout:
            await handshake(steps, pace)
            timeout.cancel()  # from here on there is no limit
            await asyncio.sleep(length)
            print("  session ended, limit pending:", timeout.pending)
            return "ok"
    except Timeout:
        return "handshake timed out"
    finally:
        timeout.cancel()


async def idle_session(messages):
    """Every message gives the peer another 0.1 s."""
    received = 0
    try:
        async with Timeout(0.1) as idle:
            for pause in messages:
                await asyncio.sleep(pause)
                received += 1
                idle.cancel()
                idle.start()
            return "all of %d" % received
    except Timeout as t:
        assert t is idle
        return "idle after %d" % received
    finally:
        idle.cancel()


async def main():
    print(await session(["hello", "key", "ready"], pace=0.02, length=0.25))
    print(await session(["hello"] + ["retry"] * 10, pace=0.1, length=0.01))
    print(await idle_session([0.03, 0.03, 0.03, 0.03]))
    print(await idle_session([0.03, 0.03, 0.3, 0.03]))


if __name__ == "__main__":
    asyncio.run(main())
