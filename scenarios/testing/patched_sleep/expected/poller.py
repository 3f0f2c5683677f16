import asyncio


class GaveUp(Exception):
    pass


async def poll(ask, attempts=4, delay=1):
    """Asks until there is an answer, after longer and longer pauses."""
    for _ in range(attempts):
        answer = ask()
        if answer is not None:
            return answer
        await asyncio.sleep(delay)
        delay = min(delay * 2, 60)
    raise GaveUp(attempts)


class Poller:
    def __init__(self, source):
        self.source = source
        self.thread = None

    def start(self):
        self.thread = asyncio.create_task(poll(self.source.read))

    async def result(self):
        return await self.thread
