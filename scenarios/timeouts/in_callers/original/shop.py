import eventlet

from gateway import Gateway
from orders import Orders


def checkout(orders, basket):
    receipts = []
    for item, amount in basket:
        try:
            receipts.append(orders.place(item, amount))
        except eventlet.Timeout as late:
            print("no answer for %s within %s" % (item, late))
            break
    else:
        print("basket complete")
    return receipts


def main():
    basket = [("tea", 4), ("pot", 19)]
    for latency in (0.01, 0.2):
        gateway = Gateway(latency)
        orders = Orders(gateway)
        print(checkout(orders, basket))
        print(orders.log, "open:", gateway.open_requests)


if __name__ == "__main__":
    main()
