from eventlet import Timeout, sleep, spawn


class Job:
    def __init__(self, name, seconds, broken=False):
        self.name, self.seconds, self.broken = name, seconds, broken

    def execute(self):
        sleep(self.seconds)
        if self.broken:
            raise RuntimeError("%s is broken" % self.name)
        return self.name.upper()


def execute_limited(job):
    with Timeout(0.05):
        return job.execute()


def safely(function, *args):
    """Errors become text; a timeout is the business of the supervisor."""
    try:
        return function(*args)
    except Exception as error:
        return "error: %s" % error


def supervise(job):
    try:
        return safely(execute_limited, job)
    except Timeout:
        return "%s restarted" % job.name


jobs = [Job("mail", 0.01), Job("index", 0.3), Job("report", 0.01, broken=True)]
for green_thread in [spawn(supervise, job) for job in jobs]:
    print(green_thread.wait())
