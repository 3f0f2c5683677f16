import asyncio

from aio_green import spawn, spawn_after, spawn_after_local


class Reminders:
    """Remember something for later; forget it again."""

    def __init__(self):
        self.pending = {}
        self.rung = []

    def _ring(self, text, louder=False):
        self.pending.pop(text, None)
        self.rung.append(text.upper() if louder else text)
        return len(self.rung)

    def add(self, delay, text, **options):
        self.pending[text] = spawn_after(delay, self._ring, text, **options)

    def forget(self, text):
        self.pending.pop(text).cancel()

    def snooze(self, delay, text):
        self.forget(text)
        self.add(delay, text, louder=True)

    async def wait_for(self, text):
        return await self.pending[text].wait()


async def main():
    reminders = Reminders()
    reminders.add(0.12, "tea")
    reminders.add(0.03, "call ann")
    reminders.add(0.06, "dentist")
    reminders.add(0.02, "meeting")
    reminders.forget("dentist")
    reminders.snooze(0.08, "meeting")
    print(sorted(reminders.pending))
    print("number", await reminders.wait_for("tea"))
    print(reminders.rung, reminders.pending)

    # A local timer belongs to the green thread that made it
    late = []

    async def visitor():
        spawn_after_local(0.02, late.append, "too late")
        await asyncio.sleep(0)

    await spawn(visitor).wait()
    await asyncio.sleep(0.05)
    print(late)


if __name__ == "__main__":
    asyncio.run(main())
