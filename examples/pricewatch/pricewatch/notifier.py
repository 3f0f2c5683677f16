"""A line for every change, to everybody who is connected."""

import eventlet


class Notifier:
    def __init__(self, store, address):
        self.store = store
        self.address = address

    def start(self):
        server = eventlet.listen(self.address)
        eventlet.spawn_n(self.serve, server)

    def serve(self, server):
        while True:
            client, _address = server.accept()
            eventlet.spawn_n(self.handle, client)

    def handle(self, client):
        changes = self.store.subscribe()
        try:
            while True:
                name, price = changes.get()
                client.sendall(f"{name} {price}\n".encode())
        except OSError:
            pass  # the client went away
        finally:
            self.store.unsubscribe(changes)
            client.close()
