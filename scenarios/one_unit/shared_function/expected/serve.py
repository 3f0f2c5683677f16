"""Reports and mail, each in green threads of its own."""
import asyncio

from app import mailer, reports
from app.aio_green import GreenPool


async def main():
    pool = GreenPool(4)
    for name in ("ada", "bob"):
        await pool.spawn_n(mailer.deliver, name)
    job = asyncio.create_task(reports.run(["monday", "tuesday"]))
    print("total", await job)
    print("single", await reports.build("friday"))
    try:
        await reports.build("never")
    except reports.NoData as error:
        print("no data for", error)
    await pool.waitall()


if __name__ == "__main__":
    asyncio.run(main())
