"""Copies files with a limit per file and a limit for the whole run."""
import asyncio

from aio_green import Timeout

FILES = [("etc.tar", 0.01), ("home.tar", 0.3), ("var.tar", 0.02), ("srv.tar", 0.3), ("opt.tar", 0.3)]


class Backup(object):

    def __init__(self, per_file, in_all):
        self.per_file = per_file
        self.in_all = in_all
        self.copied = []
        self.skipped = []

    async def copy(self, name, seconds):
        try:
            await asyncio.sleep(seconds)
            self.copied.append(name)
        finally:
            print("close", name)

    async def run(self, files):
        try:
            async with Timeout(self.in_all) as whole:
                for name, seconds in files:
                    try:
                        async with Timeout(self.per_file) as single:
                            await self.copy(name, seconds)
                    except Timeout as t:
                        if t is not single:
                            raise  # the whole run is over
                        self.skipped.append(name)
                    finally:
                        single.cancel()
                return True
        except Timeout as t:
            if t is not whole:
                raise
            return False
        finally:
            whole.cancel()


async def main():
    for in_all in (0.3, 5):
        backup = Backup(per_file=0.1, in_all=in_all)
        complete = await backup.run(FILES)
        print("complete" if complete else "out of time", backup.copied, backup.skipped)


if __name__ == "__main__":
    asyncio.run(main())
