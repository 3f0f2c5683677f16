import eventlet


class Lease:
    """The holder has to renew it in time, else the green thread that took it gets an exception."""

    def __init__(self, seconds):
        self.seconds = seconds
        self._timeout = None

    def take(self):
        self._timeout = eventlet.Timeout(self.seconds)

    def renew(self):
        self._timeout.cancel()
        self._timeout.start()

    def release(self):
        self._timeout.cancel()


def worker(lease, pauses):
    lease.take()
    done = 0
    try:
        for pause in pauses:
            eventlet.sleep(pause)
            done += 1
            lease.renew()
        return "finished %d" % done
    except eventlet.Timeout:
        return "lost the lease after %d" % done
    finally:
        lease.release()


def main():
    threads = [eventlet.spawn(worker, Lease(0.1), pauses) for pauses in ([0.02] * 8, [0.02, 0.3, 0.02])]
    for thread in threads:
        print(thread.wait())


if __name__ == "__main__":
    main()
