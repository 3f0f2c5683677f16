import asyncio

from beacon.aio_green import GreenPile, GreenPool, spawn_background
from beacon.client import Client, NoAnswer
from beacon.registry import Registry


async def main():
    registry = Registry()
    spawn_background(registry.run())

    ann, bob = Client(registry.address), Client(registry.address)
    try:
        print("register:", await ann.ask("HERE ann"), await bob.ask("HERE bob"))
        print("found ann:", await bob.ask("WHERE ann") == "127.0.0.1 %d" % ann.port)
        print("unknown:", await ann.ask("WHERE cleo"))
        try:
            await ann.ask("HELLO?")
        except NoAnswer as error:
            print("no answer to", error)
        # Everybody at once
        questions = ["WHERE ann", "WHERE bob"] * 10
        clients = [Client(registry.address) for _ in questions]
        pile = GreenPile(GreenPool(20))
        for client, question in zip(clients, questions):
            await pile.spawn(client.ask, question)
        print("ports:", {answer.split()[1] async for answer in pile} == {str(ann.port), str(bob.port)})
        await asyncio.sleep(registry.LIFETIME)
        print("forgotten:", await bob.ask("WHERE ann"))
        for client in clients:
            client.close()
    finally:
        ann.close()
        bob.close()


if __name__ == "__main__":
    asyncio.run(main())
