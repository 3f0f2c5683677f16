import time

import eventlet

from app import reports


def deliver(name):
    eventlet.sleep(0.02)
    body = reports.build("sunday")
    time.sleep(0.2)
    print("mail to", name, len(body))
