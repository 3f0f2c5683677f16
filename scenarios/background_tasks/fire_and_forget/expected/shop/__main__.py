import asyncio
import gc

from shop import mailer
from shop.aio_green import spawn_background


class Order:
    def __init__(self, number, customer):
        self.number = number
        self.customer = customer
        self.state = "new"

    def confirm(self):
        self.state = "confirmed"
        mailer.send(self.customer, subject="order %d" % self.number)
        spawn_background(self._ship())  # nobody waits for it

    async def _ship(self):
        await asyncio.sleep(0.02)
        self.state = "shipped"


async def main():
    orders = [Order(1, "ann@example.org"), Order(2, "nobody"), Order(3, "bob@example.org")]
    for order in orders:
        order.confirm()
    print([order.state for order in orders])
    gc.collect()
    await asyncio.sleep(0.1)
    print([order.state for order in orders])
    for address, subject in mailer.sent:
        print("mail to", address, "about", subject)


if __name__ == "__main__":
    asyncio.run(main())
