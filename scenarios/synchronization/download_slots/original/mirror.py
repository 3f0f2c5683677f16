import eventlet
from eventlet import greenpool

import limits

downloading = limits.Gauge()
writing = limits.Gauge()
written = []


def download(name, size):
    with limits.downloads:
        with downloading:
            eventlet.sleep(size / 1000)
    limits.catalog.acquire()
    try:
        with writing:
            eventlet.sleep(0.005)
            written.append(name)
    finally:
        limits.catalog.release()
    return size


def main():
    pool = greenpool.GreenPool(10)
    files = [("a.iso", 40), ("b.iso", 10), ("c.iso", 20), ("d.iso", 10), ("e.iso", 30)]
    total = sum(pool.starmap(download, files))
    print("%d bytes in %d files" % (total, len(written)))
    print("downloads at a time:", downloading.peak)
    print("writers at a time:", writing.peak)
    print("locked:", limits.downloads.locked(), limits.catalog.locked())
    try:
        limits.catalog.release()
    except ValueError:
        print("released once too often")


if __name__ == "__main__":
    main()
