import asyncio
import sys

from aio_green import run


class Service:
    def __init__(self):
        self.ticks = 0
        self.stopped = False

    async def tick(self):
        while not self.stopped:
            self.ticks += 1
            await asyncio.sleep(0.01)
        return "ticker ended"

    async def run(self):
        ticker = asyncio.create_task(self.tick())
        await asyncio.sleep(0.05)
        print("ready", flush=True)
        try:
            while True:
                await asyncio.sleep(1)
        except KeyboardInterrupt:
            print("interrupted")
            self.stopped = True
            print(await ticker)
        finally:
            print("ticked", self.ticks > 0)


async def main():
    service = Service()
    await service.run()
    return 4


if __name__ == "__main__":
    sys.exit(run(main()))
