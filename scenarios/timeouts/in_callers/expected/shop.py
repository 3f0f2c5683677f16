import asyncio

from aio_green import Timeout
from gateway import Gateway
from orders import Orders


async def checkout(orders, basket):
    receipts = []
    for item, amount in basket:
        try:
            receipts.append(await orders.place(item, amount))
        except Timeout as late:
            print("no answer for %s within %s" % (item, late))
            break
    else:
        print("basket complete")
    return receipts


async def main():
    basket = [("tea", 4), ("pot", 19)]
    for latency in (0.01, 0.2):
        gateway = Gateway(latency)
        orders = Orders(gateway)
        print(await checkout(orders, basket))
        print(orders.log, "open:", gateway.open_requests)


if __name__ == "__main__":
    asyncio.run(main())
