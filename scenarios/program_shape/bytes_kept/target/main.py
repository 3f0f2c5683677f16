import asyncio

from windows import slow
from tabs import count
from latin import name
from marked import marked


async def main():
    tasks = [asyncio.create_task(slow(text)) for text in ["a", "b"]]
    print([await task for task in tasks])
    print(await count(5), ascii(await name()), await marked())

asyncio.run(main())