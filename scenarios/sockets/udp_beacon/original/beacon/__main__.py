import eventlet

from beacon.client import Client, NoAnswer
from beacon.registry import Registry


def main():
    registry = Registry()
    eventlet.spawn(registry.run)

    ann, bob = Client(registry.address), Client(registry.address)
    try:
        print("register:", ann.ask("HERE ann"), bob.ask("HERE bob"))
        print("found ann:", bob.ask("WHERE ann") == "127.0.0.1 %d" % ann.port)
        print("unknown:", ann.ask("WHERE cleo"))
        try:
            ann.ask("HELLO?")
        except NoAnswer as error:
            print("no answer to", error)
        # Everybody at once
        questions = ["WHERE ann", "WHERE bob"] * 10
        clients = [Client(registry.address) for _ in questions]
        pile = eventlet.GreenPile(eventlet.GreenPool(20))
        for client, question in zip(clients, questions):
            pile.spawn(client.ask, question)
        print("ports:", {answer.split()[1] for answer in pile} == {str(ann.port), str(bob.port)})
        eventlet.sleep(registry.LIFETIME)
        print("forgotten:", bob.ask("WHERE ann"))
        for client in clients:
            client.close()
    finally:
        ann.close()
        bob.close()


if __name__ == "__main__":
    main()
