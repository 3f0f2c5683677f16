"""Reports and mail, each in green threads of its own."""
import eventlet
import eventlet.hubs
eventlet.hubs.use_hub("asyncio")
eventlet.monkey_patch()

from app import mailer, reports
from app.aio_green import green_wait


def main():
    pool = eventlet.GreenPool(4)
    for name in ("ada", "bob"):
        pool.spawn_n(mailer.deliver, name)
    job = eventlet.spawn(reports.run, ["monday", "tuesday"])
    print("total", job.wait())
    print("single", green_wait(reports.build("friday")))
    try:
        green_wait(reports.build("never"))
    except reports.NoData as error:
        print("no data for", error)
    pool.waitall()


if __name__ == "__main__":
    main()
