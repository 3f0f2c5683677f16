import asyncio

from aio_green import GreenPool
from windows import slow
from tabs import count
from latin import name
from marked import marked

pool = GreenPool()


async def main():
    print([item async for item in pool.imap(slow, ["a", "b"])])
    print(await count(5), ascii(await name()), await marked())


asyncio.run(main())