import asyncio

from aio_green import GreenPool
from channels import Mail, registry


async def broadcast(channels, message):
    pool = GreenPool()
    return [item async for item in pool.imap(lambda channel: channel.notify(message, attempts=2), channels)]


async def main():
    channels = [registry[name]() for name in sorted(registry)]
    channels.append(Mail(failures=1))
    channels.append(Mail(failures=2))
    for line in await broadcast(channels, "  the coffee is ready "):
        print(line)
    memory = channels[2]
    print(type(memory).__name__, "the coffee is ready" in memory, await memory.notify("x"))


if __name__ == "__main__":
    asyncio.run(main())
