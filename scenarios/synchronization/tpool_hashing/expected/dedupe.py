"""Finds files with the same content. Reading and hashing happens in real threads."""
import asyncio
import hashlib
import os
import tempfile

from aio_green import GreenPool, run


def digest(path):
    # Runs in a thread of the pool: only plain blocking code in here
    with open(path, "rb") as stream:
        return hashlib.sha256(stream.read()).hexdigest()


class Index:
    def __init__(self):
        self.by_digest = {}
        self.errors = []

    async def add(self, path):
        try:
            key = await asyncio.to_thread(digest, path)
        except FileNotFoundError:
            self.errors.append(os.path.basename(path))
            return
        self.by_digest.setdefault(key, []).append(os.path.basename(path))

    def duplicates(self):
        return sorted(sorted(names) for names in self.by_digest.values() if len(names) > 1)


async def main():
    index = Index()
    pool = GreenPool()
    with tempfile.TemporaryDirectory() as folder:
        contents = {"a.txt": b"one", "b.txt": b"two", "c.txt": b"one", "d.txt": b"three", "e.txt": b"two"}
        for name, content in contents.items():
            with open(os.path.join(folder, name), "wb") as stream:
                stream.write(content)
        for name in list(contents) + ["gone.txt"]:
            await pool.spawn(index.add, os.path.join(folder, name))
        await pool.waitall()
    print(index.duplicates())
    print("unreadable:", index.errors)


if __name__ == "__main__":
    run(main())
