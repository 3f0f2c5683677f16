import time

import eventlet

from app import reports
from app.aio_green import green_wait


def deliver(name):
    eventlet.sleep(0.02)
    body = green_wait(reports.build("sunday"))
    time.sleep(0.2)
    print("mail to", name, len(body))
