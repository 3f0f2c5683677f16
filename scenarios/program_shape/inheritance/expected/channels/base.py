import abc

registry = {}


class Channel(abc.ABC):
    """One way to reach people."""

    name = None

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if cls.name:
            registry[cls.name] = cls

    @abc.abstractmethod
    async def deliver(self, message):
        """Return True if the message arrived."""

    async def prepare(self, message):
        return message.strip()

    async def notify(self, message, attempts=1):
        # The template method: subclasses fill in the rest
        for _ in range(attempts):
            if await self.deliver(await self.prepare(message)):
                return "%s: delivered" % self.name
        return "%s: failed" % self.name
