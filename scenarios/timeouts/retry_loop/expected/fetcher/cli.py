import asyncio

from fetcher.client import Client
from fetcher.limits import GaveUp


async def main():
    for delays in ([0.0], [0.3, 0.3, 0.0], [0.3, 0.3, 0.3]):
        try:
            print(await Client(delays).fetch_with_retries())
        except GaveUp as error:
            print("gave up", error)
    print(Client.ping.__name__, "-", Client.ping.__doc__)
    for delay in (0.0, 0.3):
        try:
            print(await Client([delay]).ping())
        except TimeoutError:
            print("no pong")


if __name__ == "__main__":
    asyncio.run(main())
