"""Settings, read when this module is imported, and again whenever somebody asks for that."""
from depot import files
from depot.files import read as read_file, async_read as async_read_file


class Settings:
    def __init__(self, base):
        self.base = base
        self.limits = []

    def load(self):
        """Read the limits."""
        self.limits = [self.base + self.as_number(text) for text in read_file("limits")]
        return self

    async def async_load(self):
        """Read the limits."""
        self.limits = [self.base + self.as_number(text) for text in await async_read_file("limits")]
        return self

    @staticmethod
    def as_number(text):
        return int(text)


def read_all(*names):
    found = {}
    for name in names:
        found[name] = files.read(name)
    return found


async def async_read_all(*names):
    found = {}
    for name in names:
        found[name] = await files.async_read(name)
    return found


settings = Settings(10).load()
everything = read_all("limits", "names")
