"""Reports and mail, each in green threads of its own."""
import eventlet
eventlet.monkey_patch()

from app import mailer, reports


def main():
    pool = eventlet.GreenPool(4)
    for name in ("ada", "bob"):
        pool.spawn_n(mailer.deliver, name)
    job = eventlet.spawn(reports.run, ["monday", "tuesday"])
    print("total", job.wait())
    print("single", reports.build("friday"))
    try:
        reports.build("never")
    except reports.NoData as error:
        print("no data for", error)
    pool.waitall()


if __name__ == "__main__":
    main()
