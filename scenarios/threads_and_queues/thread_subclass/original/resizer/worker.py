import queue
import threading
import time


class ResizeWorker(threading.Thread):
    """Takes jobs from `inbox` until told to stop."""

    poll_interval = 0.05

    def __init__(self, name, inbox, results):
        super().__init__(name=name, daemon=True)
        self.inbox = inbox
        self.results = results
        self.idle_polls = 0
        self._stopping = threading.Event()

    def run(self):
        while not self._stopping.is_set():
            try:
                job = self.inbox.get(timeout=self.poll_interval)
            except queue.Empty:
                self.idle_polls += 1
                continue
            try:
                self.results.append(self.process(job))
            finally:
                self.inbox.task_done()

    def process(self, job):
        name, width, height = job
        time.sleep(0.01)  # the image library at work
        return "%s: %dx%d" % (name, width // 2, height // 2)

    def stop(self):
        self._stopping.set()
