import asyncio

import pkg
from pkg import AsyncClient
from pkg import AsyncSpecial
from pkg.aio_green import GreenPool


async def work(client: AsyncClient, n):
    return (await client.ask("work %d" % n)).last


async def main():
    client = AsyncClient("main", size=7)
    pool = GreenPool()
    for n in range(3):
        await pool.spawn(work, client, n)
    await pool.waitall()
    print([element async for element in client.items("a", "b")], len(client), isinstance(client, pkg.AsyncClient))
    async with client.session("x") as same:
        print(same is client, client.kind)
    print(await AsyncSpecial("s").ask("why"))
    print(await pkg.AsyncClient.local())
    await client.close()


if __name__ == "__main__":
    asyncio.run(main())
