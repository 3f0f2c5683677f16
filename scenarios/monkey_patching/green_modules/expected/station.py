import asyncio

# The driver blocks; this copy of it does not
import barometer
import threading as real_threading

events = []


async def thermometer(count):
    for number in range(count):
        events.append("t%d" % number)
        await asyncio.sleep(0.02)


async def pressure():
    device = barometer.Barometer([1013, 1009])
    values = await device.read_all()
    events.append("p%s" % values)
    return values


async def main():
    warm = asyncio.create_task(thermometer(4))
    values = await asyncio.create_task(pressure())
    await warm
    print("mean pressure", sum(values) / len(values))
    print("interleaved:", events.index("t3") < events.index("p[1013, 1009]"))
    print("main thread:", real_threading.current_thread() is real_threading.main_thread())
    print("patched:", False)


if __name__ == "__main__":
    asyncio.run(main())
