import asyncio


class Pinger(object):

    def __init__(self, host, count):
        self.host = host
        self.count = count
        self.replies = []

    def __str__(self):
        return "{0.host}: {1} of {0.count} replies".format(self, len(self.replies))

    async def ping(self, number):
        await asyncio.sleep(0.01)
        # host-b swallows every second packet
        return self.host != "host-b" or number % 2 == 0

    async def run(self):
        lost = 0
        for number in range(self.count):
            if await self.ping(number):
                self.replies.append(number)
            else:
                lost += 1
        return lost
